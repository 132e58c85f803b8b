-- name: Call confirm_erasure_step without the permission
-- claim: a member runs an erasure
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.confirm_erasure_step('{own_request}', 2::smallint);
