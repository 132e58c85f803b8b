-- name: Apply the retention without the permission
-- claim: a member deletes events
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.apply_retention(10);
