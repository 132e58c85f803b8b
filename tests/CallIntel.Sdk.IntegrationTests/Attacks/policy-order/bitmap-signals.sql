-- name: Signals of a sub-select in a lossy bitmap recheck
-- claim: an error, a lock, a setting or a transaction number tells that the sub-select ran
-- runs: everyone
-- needs: pages
-- expect: CI001 or no rows or own rows or 42501 or 42809
-- naive: holds
-- with division: signal = (select case when (select 1 / (random() * 0)::int = 1) then 1 end)
-- with cast: signal = (select case when (select ('x' || random())::int = 1) then 1 end)
-- with overflow: signal = (select case when (select (random() + 2147483647)::int + (random() + 2147483647)::int = 1) then 1 end)
-- with json: signal = (select case when (select ('{' || random())::json is null) then 1 end)
-- with date: signal = (select case when (select ('today' || random())::date is null) then 1 end)
-- with bad-pattern: signal = (select case when (select 'x' ~ ('[' || left(random()::text, 0))) then 1 end)
-- with advisory-lock: signal = (select case when (select pg_try_advisory_xact_lock(4711, (random() * 0)::int)) then 1 end)
-- with transaction-id: signal = (select case when (select pg_current_xact_id() is null) then 1 end)
-- with large-object: signal = (select case when (select lo_create(0) = 0) then 1 end)
-- with cancel: signal = (select case when (select pg_cancel_backend(pg_backend_pid()) and pg_sleep(1) is null) then 1 end)
-- with message: signal = (select case when (select pg_logical_emit_message(true, 'leak', 'yes') is null) then 1 end)
-- with setting: signal = (select case when (select set_config('leak.seen', 'yes', true) is null) then 1 end)
-- with setting-of-the-server: signal = (select case when (select set_config('work_mem', '65kB', true) is null) then 1 end)
-- with application-name: signal = (select case when (select set_config('application_name', 'yes', true) is null) then 1 end)
-- with xml: signal = (select case when (select xmlparse(document '<' || random()) is null) then 1 end)
-- with schema-name: signal = (select case when (select ('none.' || random())::regclass is null) then 1 end)
-- with encoding: signal = (select case when (select convert_from(decode('ff', 'hex') || convert_to(left(random()::text, 0), 'UTF8'), 'UTF8') is null) then 1 end)
-- with array-size: signal = (select case when (select array_fill(1, array[(random() + 2000000000)::int]) is null) then 1 end)
-- with context-by-hand: signal = (select case when (select set_config('callintel.context', 'x', true) is null) then 1 end)
-- @transaction rollback
set local work_mem = '64kB';
set local enable_seqscan = off;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
set local enable_bitmapscan = off;
select count(*) from callintel.events t
 where t.org_id = '{own}' and t.id >= (select '00000000-0000-0000-0000-000000000000'::uuid) and t.id <= (select 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    or (t.org_id, t.duration_s, t.outcome) >= ('{foreign}'::uuid, 19, {signal}) and t.id >= (select '00000000-0000-0000-0000-000000000001'::uuid) and t.id <= (select 'ffffffff-ffff-ffff-ffff-fffffffffffe'::uuid);
select nullif(current_setting('leak.seen', true), '') as breach;
select 1 as breach from pg_locks where locktype = 'advisory' and classid = 4711 and pid = pg_backend_pid();
select 1 as breach where pg_current_xact_id_if_assigned() is not null;
select 1 as breach where current_setting('work_mem') = '65kB' or current_setting('application_name') = 'yes' or current_setting('callintel.context', true) = 'x';
