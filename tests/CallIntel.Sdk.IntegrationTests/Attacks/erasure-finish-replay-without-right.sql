-- name: Finish a replay without the permission
-- claim: a member ends a replay early
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.finish_replay();
