-- name: Update permission bits
-- claim: the copied permission bits can be changed
-- runs: everyone
-- expect: 42703
-- naive: holds
update callintel.org_roles set permissions = 131071 where org_id = '{own}' and member_id = '{me}';
