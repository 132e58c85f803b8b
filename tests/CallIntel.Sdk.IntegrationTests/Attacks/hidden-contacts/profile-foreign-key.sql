-- name: Set the name of a hidden contact
-- claim: a foreign key reveals that a hidden contact exists
-- runs: member, admin, owner
-- expect: own rows or no rows or 42501 or 42883 or CI001 or CI005 or 23503 or 23505 or 55000
-- naive: crosses
-- @transaction rollback
insert into callintel.contact_profiles (org_id, contact_id, display_name)
    values ('{own}', '{own_hidden}', '\xc10100'::bytea || sha256('a') || sha256('b'));
