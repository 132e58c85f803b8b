-- name: Compare counters of the transaction before and after a scan by key
-- claim: pg_stat_xact counters reveal how many rows of other orgs a scan read
-- runs: everyone
-- expect: own rows or 42501 or CI001
-- naive: holds
-- with xact-tuples-fetched: counter = pg_stat_get_xact_tuples_fetched(c.oid)
--     | statement = select 1 from callintel.events t where t.source_id = '{foreign_source}'
-- with xact-tuples-returned: counter = pg_stat_get_xact_tuples_returned(c.oid)
--     | statement = select 1 from callintel.org_roles t where t.member_id = '{foreign_owner}' and case when t.role > 0
--     then (select pg_advisory_xact_lock(1) is null) else false end
-- with xact-blocks-fetched: counter = pg_stat_get_xact_blocks_fetched(c.oid)
--     | statement = select 1 from callintel.events t where t.org_id = '{foreign}' and case when t.duration_s > 0
--     then (select 1 / (random() * 0)::int = 1) else false end
do $$
begin
    perform 1 from ({statement}) x;
exception when division_by_zero then null;
end $$;
do $$
declare seen text;
begin
    select string_agg(c.relname || ' ' || {counter}, ', ' order by c.relname) into seen from pg_class c
     where c.relnamespace in (select n.oid from pg_namespace n where n.nspname like 'callintel%')
         and c.relkind in ('r', 'i');
    raise notice '%', seen;
end $$;
select 1;
