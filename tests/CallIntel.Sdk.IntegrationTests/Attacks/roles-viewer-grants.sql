-- name: Call set_member_role without the permission
-- claim: roles are changed without the permission
-- runs: viewer, member, analyst
-- expect: CI005
-- naive: holds
select callintel.set_member_role('{random}', 'viewer');
