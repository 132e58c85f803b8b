-- name: Insert a row with an id of another org
-- claim: keys are unique across orgs
-- runs: member, admin, owner
-- expect: 55000
-- naive: holds
-- @transaction rollback
insert into callintel.contacts (org_id, id, created_by) values ('{own}', '{foreign_contact}', '{me}');
