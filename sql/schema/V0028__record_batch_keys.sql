-- purpose:    recording a batch asks for the keys that its content is encrypted under
-- locks:      none
-- reversible: the function of before is made again by its repeatable file

set role callintel_definer;
drop function if exists callintel.record_batch(
    uuid,
    uuid,
    bigint,
    bigint,
    bigint,
    bigint,
    timestamptz,
    bigint[],
    text[],
    bytea[],
    text[],
    text,
    text);
reset role;
