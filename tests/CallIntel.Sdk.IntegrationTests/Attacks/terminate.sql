-- name: Terminate another session of the same role
-- claim: an attacker can end sessions of other orgs
-- runs: everyone
-- accepts: denial-of-service
-- expect: own rows
-- naive: crosses
-- @transaction on b keep pid
select pg_backend_pid();
-- @transaction on a
select pg_cancel_backend({pid}) as breach;
