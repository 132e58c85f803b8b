-- name: Read the source of the functions of the package
-- claim: the source of functions contains keys
-- runs: everyone
-- expect: own rows
-- naive: holds
select proname, prosrc from pg_proc where pronamespace in (select oid from pg_namespace
    where nspname like 'callintel%');
