-- name: Send signals from a sub-select in a condition over UNION ALL
-- claim: an error, a lock, a setting or a transaction id reveals that the sub-select ran
-- runs: everyone
-- expect: CI001 or no rows or own rows or 42501 or 42809
-- naive: crosses
-- with division: signal = (select 1 / (random() * 0)::int = 1)
-- with cast: signal = (select ('x' || random())::int = 1)
-- with overflow: signal = (select (random() + 2147483647)::int + (random() + 2147483647)::int = 1)
-- with json: signal = (select ('{' || random())::json is null)
-- with date: signal = (select ('today' || random())::date is null)
-- with bad-pattern: signal = (select 'x' ~ ('[' || left(random()::text, 0)))
-- with advisory-lock: signal = (select pg_try_advisory_xact_lock(4711, (random() * 0)::int))
-- with transaction-id: signal = (select pg_current_xact_id() is null)
-- with large-object: signal = (select lo_create(0) = 0)
-- with cancel: signal = (select pg_cancel_backend(pg_backend_pid()) and pg_sleep(1) is null)
-- with message: signal = (select pg_logical_emit_message(true, 'leak', 'yes') is null)
-- with setting: signal = (select set_config('leak.seen', 'yes', true) is null)
-- with setting-of-the-server: signal = (select set_config('work_mem', '65kB', true) is null)
-- with application-name: signal = (select set_config('application_name', 'yes', true) is null)
-- with xml: signal = (select xmlparse(document '<' || random()) is null)
-- with schema-name: signal = (select ('none.' || random())::regclass is null)
-- with encoding: signal = (select convert_from(decode('ff', 'hex') || convert_to(left(random()::text, 0), 'UTF8'),
--     'UTF8') is null)
-- with array-size: signal = (select array_fill(1, array[(random() + 2000000000)::int]) is null)
-- with context-by-hand: signal = (select set_config('callintel.context', 'x', true) is null)
-- @transaction rollback
set local max_parallel_workers_per_gather = 0;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
set local enable_bitmapscan = off;
select count(*) from (select t.org_id, t.duration_s as v from callintel.events t
    union all select null::uuid, null::integer) u
 where u.org_id = any (array['{foreign}'::uuid]) and case when u.v > 598 then {signal} else false end;
select nullif(current_setting('leak.seen', true), '') as breach;
select 1 as breach from pg_locks where locktype = 'advisory' and classid = 4711 and pid = pg_backend_pid();
select 1 as breach where pg_current_xact_id_if_assigned() is not null;
select 1 as breach where current_setting('work_mem') = '65kB' or current_setting('application_name') = 'yes'
    or current_setting('callintel.context', true) = 'x';
