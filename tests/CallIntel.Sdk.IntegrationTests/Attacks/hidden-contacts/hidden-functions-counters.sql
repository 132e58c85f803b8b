-- name: Compare counters of the transaction before and after a read function
-- claim: counters include rows of a hidden contact that a function read but did not return
-- runs: everyone
-- expect: own rows or no rows or CI005 or 42501
-- naive: holds
-- with events-of: statement = select 1 from callintel.events_of('{own_hidden}')
-- with events-by-id: statement = select 1 from callintel.events_by_id(array['{own_hidden_event}'::uuid])
-- with find-contact: statement = select 1 from callintel.find_contact(array['{own_hidden_number}'::uuid])
--     | naive = crosses
-- with contact-labels: statement = select 1 from callintel.read_contact_labels(array['{own_hidden}'::uuid])
-- with view: statement = select 1 from callintel.contacts c where c.id = '{own_hidden}'
do $$
declare
    seen text;
    relations text := $q$select string_agg(c.relname || ' ' || pg_stat_get_xact_tuples_fetched(c.oid), ', '
        order by c.relname) from pg_class c
                          where c.relnamespace in (select n.oid from pg_namespace n where n.nspname like 'callintel%')
                              and c.relkind in ('r', 'i')$q$;
begin
    perform 1 from ({statement}) x;
    execute relations into seen;
    raise notice '%', seen;
end $$;
select 1;
