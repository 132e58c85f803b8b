-- name: Search a protected column by EXPLAIN estimates
-- claim: histogram bounds contain ciphertext of other orgs
-- runs: member, analyst, admin, owner
-- expect: own rows
-- naive: crosses
do $$
declare plan json; below float; above float;
begin
    execute 'explain (format json) select 1 from callintel.contact_profiles where display_name < ''\xc1''' into plan;
    below := (plan->0->'Plan'->>'Plan Rows')::float;
    execute 'explain (format json) select 1 from callintel.event_contents where body < ''\xc1''' into plan;
    below := below + (plan->0->'Plan'->>'Plan Rows')::float;
    execute 'explain (format json) select 1 from callintel.contact_profiles where display_name < ''\xc2''' into plan;
    above := (plan->0->'Plan'->>'Plan Rows')::float;
    execute 'explain (format json) select 1 from callintel.event_contents where body < ''\xc2''' into plan;
    above := above + (plan->0->'Plan'->>'Plan Rows')::float;
    if below <> above then raise notice 'breach: estimates differ, % and %', below, above; end if;
end $$;
select 1;
