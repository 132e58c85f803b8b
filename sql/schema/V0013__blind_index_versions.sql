-- purpose:    each number says under which version of the org's blind-index key it is indexed, so that the key can be
--             rotated
-- locks:      access exclusive on contact_numbers while a check is verified; the table is not rewritten
-- reversible: drop the column, when no number is under another version than the first

set role callintel_owner;

-- what is there was indexed under the first version: no other could be made
alter table callintel.contact_numbers
    add column index_version integer not null default 1
        constraint contact_numbers_index_version_ck check (index_version >= 1);
alter table callintel.contact_numbers alter column index_version drop default;

comment on column callintel.contact_numbers.index_version is
    'Under which version of the org''s blind-index key number_index was computed. Two are live while the key rotates.';

reset role;
set role callintel_definer;

-- takes the version from now on
drop function if exists callintel.resolve_contacts(uuid[], uuid[], smallint[], bytea[]);

reset role;
