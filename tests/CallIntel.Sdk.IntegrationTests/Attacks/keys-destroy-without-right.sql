-- name: Call move_org_key without the permission
-- claim: a member can destroy the key of the org
-- runs: viewer, member, analyst, admin
-- expect: CI005
-- naive: holds
select callintel.move_org_key(1::smallint, 1, 1::smallint, 2::smallint);
