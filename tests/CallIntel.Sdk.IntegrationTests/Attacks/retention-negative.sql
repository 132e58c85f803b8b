-- name: Set a negative retention
-- claim: events of the future are deleted
-- runs: admin, owner
-- expect: CI381
-- naive: holds
-- @transaction rollback
select callintel.set_retention(-1);
