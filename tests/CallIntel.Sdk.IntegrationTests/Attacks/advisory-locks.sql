-- name: Take the advisory locks of ingestion
-- claim: an attacker can block the ingestion of other orgs
-- runs: everyone
-- accepts: denial-of-service
-- expect: own rows
-- naive: crosses
-- @transaction rollback
select count(*) as breach from generate_series(16, 23) n where pg_try_advisory_xact_lock(1128875849, n);
