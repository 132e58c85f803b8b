-- name: Read statement texts in pg_stat_statements
-- claim: statements of other sessions are stored and visible
-- runs: everyone
-- expect: 42P01
-- naive: holds
select query as breach from pg_stat_statements;
