-- name: Read tokens in pg_stat_activity
-- claim: tokens are part of statement texts
-- runs: everyone
-- expect: own rows
-- naive: holds
-- @transaction as foreign
select 1;
-- @transaction on b
select count(*) as breach from pg_stat_activity where query ~ '\\x01[0-9a-f]{20}' and pid <> pg_backend_pid()
    and query like '%begin(%\\x%';
