-- name: Insert the number of a hidden contact
-- claim: a duplicate key reveals that a number is stored
-- runs: member, admin, owner
-- expect: own rows or no rows or 42501 or 42883 or CI001 or CI005 or 23503 or 55000
-- naive: crosses
-- @transaction rollback
insert into callintel.contact_numbers (org_id, number_index, contact_id, kind, index_version, number)
values ('{own}', '{own_hidden_number}', '{own_contact}', 1, 1, '\xc10100'::bytea || sha256('a') || sha256('b'))
    on conflict do nothing;
