-- name: An invitation to be an owner
-- claim: an offer makes an equal or more
-- runs: admin, owner
-- expect: CI006
-- naive: holds
select id as breach from callintel.invite_member('owner', sha256('mine'), interval '1 day');
