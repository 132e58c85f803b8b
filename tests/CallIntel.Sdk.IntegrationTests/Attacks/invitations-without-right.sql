-- name: invite_member by a role that may not
-- claim: roles are offered without the right
-- runs: viewer, member, analyst
-- expect: CI005
-- naive: holds
select id as breach from callintel.invite_member('viewer', sha256('mine'), interval '1 day');
