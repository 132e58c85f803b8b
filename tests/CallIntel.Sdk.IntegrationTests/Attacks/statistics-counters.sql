-- name: Read cumulative statistics
-- claim: counters reveal how many rows all orgs have
-- runs: everyone
-- accepts: row-counts
-- expect: own rows
-- naive: crosses
select sum(s.n_live_tup) + sum(pg_relation_size(s.relid)) as breach from pg_stat_all_tables s
    where s.schemaname in ('callintel', 'callintel_private') and s.relname like 'contact%';
