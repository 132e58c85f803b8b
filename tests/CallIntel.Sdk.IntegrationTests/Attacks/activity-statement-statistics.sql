-- name: Texts in pg_stat_statements
-- claim: statements of others are kept
-- runs: everyone
-- expect: 42P01
-- naive: holds
select query as breach from pg_stat_statements;
