-- name: Search a text column by EXPLAIN estimates
-- claim: histogram bounds contain values of other orgs, which a binary search finds
-- runs: everyone
-- expect: own rows
-- naive: crosses
do $$
declare plan json; below float; above float;
begin
    execute 'explain (format json) select 1 from callintel.events where external_id < ''canary''' into plan;
    below := (plan->0->'Plan'->>'Plan Rows')::float;
    execute 'explain (format json) select 1 from callintel.events where external_id < ''canarz''' into plan;
    above := (plan->0->'Plan'->>'Plan Rows')::float;
    if below <> above then raise notice 'breach: estimates differ, % and %', below, above; end if;
end $$;
select 1;
