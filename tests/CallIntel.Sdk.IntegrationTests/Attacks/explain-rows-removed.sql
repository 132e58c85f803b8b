-- name: Count removed rows with EXPLAIN ANALYZE
-- claim: plans count rows of all orgs
-- runs: everyone
-- accepts: row-counts
-- expect: own rows
-- naive: crosses
do $$
declare line text;
begin
    set local enable_indexscan = off;
    set local enable_bitmapscan = off;
    set local enable_indexonlyscan = off;
    for line in execute
        'explain (analyze, costs off, timing off, summary off) select 1
                         from callintel.contacts where created_at > ''1900-01-01''' loop
        if line like '%Rows Removed by Filter%' then raise notice 'breach: %', line; end if;
    end loop;
end $$;
select 1;
