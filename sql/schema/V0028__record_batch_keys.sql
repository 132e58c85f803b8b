-- purpose:    recording a batch checks the keys that its content is encrypted under
-- locks:      none
-- reversible: the repeatable file of the former version creates the former function again

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
