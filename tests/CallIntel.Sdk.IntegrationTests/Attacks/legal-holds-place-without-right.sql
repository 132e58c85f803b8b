-- name: Place a hold without the permission
-- claim: a member keeps data from being erased
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.place_hold('{own_contact}', 1::smallint, null);
