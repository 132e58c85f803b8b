-- name: Run parallel workers in a forged context
-- claim: parallel workers accept any context
-- runs: everyone
-- expect: CI001
-- naive: crosses
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
set local min_parallel_table_scan_size = 0;
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
select count(*) filter (where org_id = '{foreign}') as breach, count(*) from callintel.events;
