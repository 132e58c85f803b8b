-- name: Compare EXPLAIN estimates for an id of another org
-- claim: estimates reveal how many rows have an id
-- runs: everyone
-- expect: own rows
-- naive: crosses
do $$
declare plan json; present float; absent float;
begin
    execute 'explain (format json) select 1 from callintel.events where source_id = ''{foreign_source}''' into plan;
    present := (plan->0->'Plan'->>'Plan Rows')::float;
    execute 'explain (format json) select 1 from callintel.events where source_id = ''{random}''' into plan;
    absent := (plan->0->'Plan'->>'Plan Rows')::float;
    if present <> absent then raise notice 'breach: estimates differ, % and %', present, absent; end if;
end $$;
select 1;
