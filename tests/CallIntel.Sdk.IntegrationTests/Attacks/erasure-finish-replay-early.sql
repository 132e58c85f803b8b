-- name: Finish a replay whose erasures are not complete
-- claim: a restored backup serves data that was erased
-- runs: admin, owner
-- expect: CI376
-- naive: holds
-- @transaction rollback
select callintel.finish_replay();
