-- name: Read transaction ids
-- claim: transaction ids reveal how much other orgs write
-- runs: everyone
-- accepts: activity
-- expect: own rows
-- naive: crosses
select pg_current_xact_id()::text::bigint as breach;
