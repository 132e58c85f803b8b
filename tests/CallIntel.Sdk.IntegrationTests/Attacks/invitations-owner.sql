-- name: Invite an owner
-- claim: a member can invite somebody to a higher role
-- runs: admin, owner
-- expect: CI006
-- naive: holds
select id as breach from callintel.invite_member('owner', sha256('mine'), interval '1 day');
