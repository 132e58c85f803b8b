-- name: Use the context and the exported snapshot of the victim
-- claim: the same snapshot counts as the same transaction
-- runs: everyone
-- expect: CI001
-- naive: crosses
-- @transaction as foreign keep stolen
select current_setting('{setting}');
-- @next as foreign keep seal
select current_setting('callintel.seal', true);
-- @next as foreign keep snapshot
select pg_export_snapshot();
-- @outside on b
begin isolation level repeatable read;
set transaction snapshot '{snapshot}';
select set_config('{setting}', '{stolen}', true), set_config('callintel.seal', '{seal}', true);
select *, 1 as breach from callintel.events where org_id = '{foreign}' limit 5;
-- @outside on b
rollback;
