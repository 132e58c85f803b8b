-- name: Read statements of other sessions in pg_stat_activity
-- claim: statement texts of sessions of the same role are visible
-- runs: everyone
-- accepts: statement-text
-- expect: own rows
-- naive: crosses
-- @transaction as foreign
select name, 'written out by the host' from callintel.orgs;
-- @transaction on b
select count(*) as breach from pg_stat_activity where pid <> pg_backend_pid()
    and query like '%written out by the host%';
