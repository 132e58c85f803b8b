-- name: Run EXPLAIN ANALYZE on rows of a hidden contact
-- claim: "Rows Removed by Filter" counts events of a hidden contact
-- runs: everyone
-- expect: own rows or 42501 or CI001
-- naive: crosses
-- with events: statement = select 1 from callintel.events t where t.org_id = '{own}' and t.contact_id = '{own_hidden}'
-- with event: statement = select 1 from callintel.events t where t.org_id = '{own}' and t.id = '{own_hidden_event}'
-- with contents: statement = select 1 from callintel.event_contents t where t.org_id = '{own}'
--     and t.contact_id = '{own_hidden}'
-- with numbers: statement = select 1 from callintel.contact_numbers t where t.org_id = '{own}'
--     and t.contact_id = '{own_hidden}'
-- with profiles: statement = select 1 from callintel.contact_profiles t where t.org_id = '{own}'
--     and t.contact_id = '{own_hidden}'
-- with contacts: statement = select 1 from callintel.contacts t where t.org_id = '{own}' and t.id = '{own_hidden}'
-- with details: statement = select 1 from callintel.event_details t where t.org_id = '{own}'
--     and t.event_id = '{own_hidden_event}'
do $$
declare line text;
begin
    for line in execute $q$explain (analyze, costs off, timing off, summary off) {statement}$q$ loop
        raise notice '%', regexp_replace(line, '(Memory|Buckets|Sort).*', '');
    end loop;
end $$;
select 1;
