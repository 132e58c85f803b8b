-- name: Transaction numbers
-- claim: numbers tell how much others write
-- runs: everyone
-- accepts: activity
-- expect: own rows
-- naive: crosses
select pg_current_xact_id()::text::bigint as breach;
