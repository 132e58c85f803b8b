-- name: Run parallel workers
-- claim: parallel workers have no context, or accept any
-- runs: everyone
-- expect: own rows
-- naive: holds
set local max_parallel_workers_per_gather = 4;
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;
set local min_parallel_index_scan_size = 0;
select count(*) filter (where org_id = '{foreign}') as breach, count(*) from callintel.events;
