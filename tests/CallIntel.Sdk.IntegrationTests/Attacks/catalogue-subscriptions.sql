-- name: Read connection strings in the system catalogs
-- claim: the system catalogs reveal passwords
-- runs: everyone
-- expect: 42501 or no rows
-- naive: holds
select umoptions::text as breach from pg_user_mappings union all select subconninfo from pg_subscription;
