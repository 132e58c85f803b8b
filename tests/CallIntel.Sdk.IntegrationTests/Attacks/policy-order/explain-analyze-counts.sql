-- name: Run EXPLAIN ANALYZE for rows with a key
-- claim: "Rows Removed by Filter" and "actual rows" count rows of other orgs
-- runs: everyone
-- expect: own rows or 42501 or CI001
-- naive: crosses
-- with events-by-org: statement = select 1 from callintel.events t where t.org_id = any (array['{foreign}'::uuid])
do $$
declare line text;
begin
    for line in execute $q$explain (analyze, costs off, timing off, summary off) {statement}$q$ loop
        raise notice '%', regexp_replace(line, '(Memory|Buckets|Sort).*', '');
    end loop;
end $$;
select 1;
