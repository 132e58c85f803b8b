-- name: Read most common values in pg_stats
-- claim: statistics contain values of all orgs
-- runs: everyone
-- expect: own rows
-- naive: crosses
select tablename, most_common_vals::text as breach, histogram_bounds::text from pg_stats
    where schemaname like 'callintel%' and tablename not like 'staging%'
 union all select 'none', null, null;
