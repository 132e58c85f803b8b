-- name: A leakproof clause in statements of other shapes
-- claim: a join, a CTE or a cursor brings the clause before the policy
-- runs: everyone
-- expect: CI001 or no rows or own rows or 42501 or 42809 or 34000 or 0A000 or 42703 or 55000
-- naive: crosses
-- with tablesample: statement = select 1 from callintel.events t tablesample system (100) where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with bernoulli: statement = select 1 from callintel.events t tablesample bernoulli (100) where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with lateral: statement = select 1 from generate_series(1, 2) n, lateral (select n, t.id from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end) x
-- with left-join: statement = select count(t.id) from (select 1) one left join callintel.events t on t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with full-join: statement = select count(t.id) from (select 1 as n) one full join (select 1 as n, t.id from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end) t using (n)
-- with semi-join: statement = select 1 where exists (select from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end)
-- with anti-join: statement = select 1 where not exists (select from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end)
-- with in-sub-select: statement = select 1 where 0 in (select t.duration_s from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end)
-- with cte: statement = with x as (select 1 from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end) select * from x
-- with cte-materialized: statement = with x as materialized (select 1 from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end) select * from x
-- with scalar: statement = select (select max(t.duration_s) from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end) is null
-- with array: statement = select array(select t.duration_s from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end) is null
-- with group-by: statement = select t.channel, count(*) from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end group by t.channel
-- with distinct: statement = select distinct t.channel from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with window: statement = select t.channel, count(*) over () from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with limit: statement = select 1 from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end limit 1
-- with order-by-id: statement = select t.id from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end order by t.id
-- with outer-where: statement = select 1 from (select * from callintel.events) t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with join-own-org: statement = select 1 from callintel.orgs o, callintel.events t where o.org_id = '{own}' and t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end | naive = holds
-- with join-sources: statement = select 1 from callintel.sync_sources c join callintel.events t on t.org_id = c.org_id and t.source_id = c.id where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with ctid: statement = select 1 from callintel.events t where t.ctid >= '(0,0)' and t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with insert-select: statement = insert into callintel.contacts (org_id, id, created_by) select t.org_id, t.id, t.member_id from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with delete-using: statement = delete from callintel.contact_numbers n using callintel.events t where n.org_id = '{own}' and n.number_index = t.id and t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end | naive = holds
-- with cursor: statement = declare c cursor for select 1 from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end; fetch all from c
-- with do-block: statement = do $$ begin perform 1 from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end; end $$
-- with query-to-xml: statement = select query_to_xml($$select 1 from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end$$, true, false, '') is null
-- @transaction rollback
set local max_parallel_workers_per_gather = 0;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
set local enable_bitmapscan = off;
{statement};
select nullif(current_setting('leak.seen', true), '') as breach;
