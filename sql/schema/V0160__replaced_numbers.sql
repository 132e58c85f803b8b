-- purpose:    numbers of contacts can be replaced, and the list of suppressed numbers has a version, so that the texts
--             of rejected records are compared with the list that is in effect
-- locks:      access exclusive on contact_numbers and orgs for the moment of adding a column
-- reversible: drop the columns, then apply the functions of the former version again

set role callintel_owner;

alter table callintel_private.contact_numbers add column replaced_at timestamptz;
comment on column callintel_private.contact_numbers.replaced_at is
    'When another number replaced this one, which still leads to its contact; null for a number in use.';

alter table callintel_private.orgs add column suppression_version bigint not null default 0;
comment on column callintel_private.orgs.suppression_version is
    'How often the list of suppressed numbers has grown.';

-- These functions have one more parameter, or return one more column.
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
    text,
    bytea[],
    text[]);
set role callintel_member;
drop function if exists callintel.read_contact_numbers(uuid);

reset role;
