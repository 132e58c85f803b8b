-- name: Compare EXPLAIN estimates for rows with a key
-- claim: estimates reveal how many rows another org has
-- runs: everyone
-- expect: own rows or 42501 or CI001
-- naive: crosses
-- with events-by-org: statement = select 1 from callintel.events t where t.org_id = '{foreign}'
-- with contents-by-contact: statement = select 1 from callintel.event_contents t
--     where t.contact_id = '{foreign_contact}'
-- with roles-by-org: statement = select 1 from callintel.org_roles t where t.org_id = '{foreign}'
-- with keys-by-org: statement = select 1 from callintel.event_keys t where t.org_id = '{foreign}'
-- with contacts-by-org: statement = select 1 from callintel.contacts t where t.org_id = '{foreign}'
do $$
declare plan json;
begin
    execute $q$explain (format json) {statement}$q$ into plan;
    raise notice 'rows %, cost %', plan->0->'Plan'->>'Plan Rows', plan->0->'Plan'->>'Total Cost';
end $$;
select 1;
