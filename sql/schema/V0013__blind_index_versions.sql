-- purpose:    each number has the version of the blind-index key that it is indexed under, so that the key can be
--             rotated
-- locks:      access exclusive on contact_numbers while a check is verified; the table is not rewritten
-- reversible: drop the column while all numbers are under the first version

set role callintel_owner;

-- All existing numbers were indexed under the first version.
alter table callintel.contact_numbers
    add column index_version integer not null default 1
        constraint contact_numbers_index_version_ck check (index_version >= 1);
alter table callintel.contact_numbers alter column index_version drop default;

comment on column callintel.contact_numbers.index_version is
    'The version of the org''s blind-index key that number_index was computed with. Two versions are in use while the '
    'key is rotated.';

reset role;
set role callintel_definer;

-- The function has a parameter for the version from now on.
drop function if exists callintel.resolve_contacts(uuid[], uuid[], smallint[], bytea[]);

reset role;
