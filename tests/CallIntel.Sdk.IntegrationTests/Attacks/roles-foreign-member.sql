-- name: Call set_member_role for a member of the other org
-- claim: roles in other orgs can be changed
-- runs: admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select callintel.set_member_role('{foreign_member}', null);
