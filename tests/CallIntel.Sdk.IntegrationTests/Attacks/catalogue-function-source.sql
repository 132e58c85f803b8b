-- name: Source of every function of ours
-- claim: keys stand in the source of functions
-- runs: everyone
-- expect: own rows
-- naive: holds
select proname, prosrc from pg_proc where pronamespace in (select oid from pg_namespace where nspname like 'callintel%');
