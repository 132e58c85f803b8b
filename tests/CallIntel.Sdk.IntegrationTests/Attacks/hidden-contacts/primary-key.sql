-- name: Insert a contact with the id of a hidden one
-- claim: a duplicate key reveals that a hidden contact exists
-- runs: member, admin, owner
-- expect: own rows or no rows or 42501 or 42883 or CI001 or CI005 or 23505 or 55000
-- naive: crosses
-- @transaction rollback
insert into callintel.contacts (org_id, id, created_by) values ('{own}', '{own_hidden}', '{me}');
