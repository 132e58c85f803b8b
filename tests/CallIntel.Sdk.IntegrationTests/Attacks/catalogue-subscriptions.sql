-- name: Connection strings in catalogues
-- claim: passwords stand in catalogues
-- runs: everyone
-- expect: 42501 or no rows
-- naive: holds
select umoptions::text as breach from pg_user_mappings union all select subconninfo from pg_subscription;
