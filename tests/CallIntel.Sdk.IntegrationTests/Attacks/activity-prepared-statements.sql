-- name: Read statements prepared on a shared connection
-- claim: statements of other sessions are visible
-- runs: everyone
-- expect: own rows
-- naive: holds
select count(*) as breach from pg_prepared_statements where statement ~ '{foreign}';
select 1;
