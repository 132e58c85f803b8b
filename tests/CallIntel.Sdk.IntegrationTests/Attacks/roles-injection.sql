-- name: A role's name that is SQL
-- claim: names become part of statements
-- runs: admin, owner
-- expect: CI006
-- naive: holds
select callintel.set_member_role('{random}', 'owner''; delete from callintel.org_roles; --');
