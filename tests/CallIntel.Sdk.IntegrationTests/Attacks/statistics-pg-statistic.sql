-- name: Read pg_statistic
-- claim: statistics contain values of all orgs
-- runs: everyone
-- expect: 42501
-- naive: holds
select stavalues1::text as breach from pg_statistic;
