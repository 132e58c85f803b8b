-- name: move_org_key by a role that may not
-- claim: the org's key can be destroyed by a member
-- runs: viewer, member, analyst, admin
-- expect: CI005
-- naive: holds
select callintel.move_org_key(1::smallint, 1, 1::smallint, 2::smallint);
