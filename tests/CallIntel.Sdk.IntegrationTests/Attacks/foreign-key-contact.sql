-- name: Add a number to a contact of another org
-- claim: a foreign key reveals that a contact exists
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.contact_numbers (org_id, number_index, contact_id, kind, index_version, number)
values ('{own}', gen_random_uuid(), '{foreign_contact}', 1, 1, '\xc10100'::bytea || sha256('a') || sha256('b'));
