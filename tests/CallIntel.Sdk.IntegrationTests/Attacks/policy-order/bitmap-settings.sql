-- name: Force a lossy bitmap recheck with settings of the planner
-- claim: settings of the planner select a recheck that runs before the policy
-- runs: everyone
-- needs: pages
-- expect: CI001 or no rows or own rows or 42501 or 42809
-- naive: crosses
-- with random-page-cost: setting = random_page_cost = 1000
-- with cheap-pages: setting = seq_page_cost = 0
-- with cheap-rows: setting = cpu_tuple_cost = 0
-- with generic-plan: setting = plan_cache_mode = force_generic_plan
-- with custom-plan: setting = plan_cache_mode = force_custom_plan
-- with jit: setting = jit_above_cost = 0
-- with no-jit: setting = jit = off
-- with from-collapse: setting = from_collapse_limit = 1
-- with no-pruning: setting = enable_partition_pruning = off
-- with partitionwise: setting = enable_partitionwise_aggregate = on; set local enable_partitionwise_join = on
-- with no-exclusion: setting = constraint_exclusion = off
-- with search-path: setting = search_path = callintel, pg_catalog
-- with null-equals: setting = transform_null_equals = on
-- with time-zone: setting = TimeZone = 'Pacific/Kiritimati'
-- with io-concurrency: setting = effective_io_concurrency = 0
set local max_parallel_workers_per_gather = 0;
set local work_mem = '64kB';
set local enable_seqscan = off;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
set local {setting};
select count(*) from callintel.events t
 where t.org_id = '{own}' and t.id >= (select '00000000-0000-0000-0000-000000000000'::uuid)
     and t.id <= (select 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    or (t.org_id, t.duration_s, t.outcome) >= ('{foreign}'::uuid, 19,
        (select length(set_config('leak.seen', 'yes', true))))
        and t.id >= (select '00000000-0000-0000-0000-000000000001'::uuid)
        and t.id <= (select 'ffffffff-ffff-ffff-ffff-fffffffffffe'::uuid);
select nullif(current_setting('leak.seen', true), '') as breach;
