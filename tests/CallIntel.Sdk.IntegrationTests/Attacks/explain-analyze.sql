-- name: Run EXPLAIN ANALYZE on rows of another org
-- claim: a plan reveals rows or values
-- runs: everyone
-- expect: own rows
-- naive: holds
do $$
declare line text;
begin
    for line in execute
        'explain (analyze, verbose, costs off, timing off, summary off) select *
                         from callintel.contact_profiles where org_id = ''{foreign}''' loop
        raise notice '%', line;
    end loop;
end $$;
select 1;
