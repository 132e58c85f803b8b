-- name: Ending another session of the same role
-- claim: others can be thrown out
-- runs: everyone
-- accepts: denial-of-service
-- expect: own rows
-- naive: crosses
-- @transaction on b keep pid
select pg_backend_pid();
-- @transaction on a
select pg_cancel_backend({pid}) as breach;
