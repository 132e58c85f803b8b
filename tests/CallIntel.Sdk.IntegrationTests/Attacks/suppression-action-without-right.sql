-- name: Set the action for suppressed numbers without the permission
-- claim: a member lets erased numbers be stored again
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.set_suppression_action(3::smallint);
