-- name: Send signals from a sub-select in a lossy bitmap recheck
-- claim: an error, a lock, a setting or a transaction id reveals that the sub-select ran
-- runs: everyone
-- needs: pages
-- expect: CI001 or no rows or own rows or 42501 or 42809
-- naive: crosses
-- with division: signal = (select 1 / (random() * 0)::int)
-- with advisory-lock: signal = (select case when pg_try_advisory_xact_lock(4711, (random() * 0)::int) then 1 end)
-- with transaction-id: signal = (select case when pg_current_xact_id() is null then 1 end)
-- with large-object: signal = (select case when lo_create(0) = 0 then 1 end)
-- with message: signal = (select case when pg_logical_emit_message(true, 'leak', 'yes') is null then 1 end)
-- with setting: signal = (select case when set_config('leak.seen', 'yes', true) is null then 1 end)
-- with setting-of-the-server: signal = (select case when set_config('work_mem', '65kB', true) is null then 1 end)
-- with application-name: signal = (select case when set_config('application_name', 'yes', true) is null then 1 end)
-- with context-by-hand: signal = (select case when set_config('callintel.context', 'x', true) is null then 1 end)
-- @transaction rollback
set local max_parallel_workers_per_gather = 0;
set local work_mem = '64kB';
set local enable_seqscan = off;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
select count(*) from callintel.events t
 where t.org_id = '{own}' and t.id >= (select '00000000-0000-0000-0000-000000000000'::uuid)
     and t.id <= (select 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    or (t.org_id, t.duration_s, t.outcome) >= ('{foreign}'::uuid, 19, {signal})
        and t.id >= (select '00000000-0000-0000-0000-000000000001'::uuid)
        and t.id <= (select 'ffffffff-ffff-ffff-ffff-fffffffffffe'::uuid);
select nullif(current_setting('leak.seen', true), '') as breach;
select 1 as breach from pg_locks where locktype = 'advisory' and classid = 4711 and pid = pg_backend_pid();
select 1 as breach where pg_current_xact_id_if_assigned() is not null;
select 1 as breach where current_setting('work_mem') = '65kB' or current_setting('application_name') = 'yes'
    or current_setting('callintel.context', true) = 'x';
