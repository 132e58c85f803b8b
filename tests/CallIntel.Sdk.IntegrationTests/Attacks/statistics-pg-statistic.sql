-- name: The catalogue of statistics itself
-- claim: statistics show values of all orgs
-- runs: everyone
-- expect: 42501
-- naive: holds
select stavalues1::text as breach from pg_statistic;
