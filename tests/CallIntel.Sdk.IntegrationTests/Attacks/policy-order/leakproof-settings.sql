-- name: Use a leakproof condition with settings of the planner
-- claim: settings of the planner move the condition before the policy
-- runs: everyone
-- expect: CI001 or no rows or own rows or 42501 or 42809
-- naive: crosses
-- with small-memory: setting = work_mem = '64kB'
-- with random-page-cost: setting = random_page_cost = 1000
-- with cheap-pages: setting = seq_page_cost = 0
-- with cheap-rows: setting = cpu_tuple_cost = 0
-- with dear-operators: setting = cpu_operator_cost = 1000
-- with cheap-index: setting = cpu_index_tuple_cost = 0
-- with generic-plan: setting = plan_cache_mode = force_generic_plan
-- with custom-plan: setting = plan_cache_mode = force_custom_plan
-- with jit: setting = jit_above_cost = 0
-- with no-jit: setting = jit = off
-- with parallel: setting = max_parallel_workers_per_gather = 2; set local min_parallel_table_scan_size = 0;
--     set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0
-- with from-collapse: setting = from_collapse_limit = 1
-- with join-collapse: setting = join_collapse_limit = 1
-- with no-pruning: setting = enable_partition_pruning = off
-- with partitionwise: setting = enable_partitionwise_aggregate = on; set local enable_partitionwise_join = on
-- with no-exclusion: setting = constraint_exclusion = off
-- with no-hash-agg: setting = enable_hashagg = off
-- with no-material: setting = enable_material = off
-- with no-sort: setting = enable_sort = off
-- with no-nested-loop: setting = enable_nestloop = off
-- with cursor-fraction: setting = cursor_tuple_fraction = 0.000001
-- with search-path: setting = search_path = callintel, pg_catalog
-- with null-equals: setting = transform_null_equals = on
-- with time-zone: setting = TimeZone = 'Pacific/Kiritimati'
-- with isolation: setting = default_transaction_isolation = serializable
set local max_parallel_workers_per_gather = 0;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
set local enable_bitmapscan = off;
set local {setting};
select count(*) from callintel.events t where t.org_id = any (array['{foreign}'::uuid]) and case when t.duration_s > 598
    then (select set_config('leak.seen', 'yes', true) is null) else false end;
select nullif(current_setting('leak.seen', true), '') as breach;
