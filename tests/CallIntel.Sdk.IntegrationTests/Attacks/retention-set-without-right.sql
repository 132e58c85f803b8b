-- name: Set the retention without the permission
-- claim: a member lets events be deleted
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.set_retention(1);
