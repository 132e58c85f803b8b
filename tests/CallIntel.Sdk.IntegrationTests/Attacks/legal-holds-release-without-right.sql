-- name: Release holds without the permission
-- claim: a member lets data be erased
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.release_hold('{own_request}');
