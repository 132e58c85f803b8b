-- name: set_member_role by a role that may not
-- claim: roles are given without the right
-- runs: viewer, member, analyst
-- expect: CI005
-- naive: holds
select callintel.set_member_role('{random}', 'viewer');
