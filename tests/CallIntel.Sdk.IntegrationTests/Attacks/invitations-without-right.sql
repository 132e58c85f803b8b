-- name: Call invite_member without the permission
-- claim: members are invited without the permission
-- runs: viewer, member, analyst
-- expect: CI005
-- naive: holds
select id as breach from callintel.invite_member('viewer', sha256('mine'), interval '1 day');
