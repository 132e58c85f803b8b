-- name: Pass SQL as the name of a role
-- claim: names are concatenated into statements
-- runs: admin, owner
-- expect: CI006
-- naive: holds
select callintel.set_member_role('{random}', 'owner''; delete from callintel.org_roles; --');
