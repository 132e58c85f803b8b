-- name: Roll back to a savepoint before the context
-- claim: a rollback restores an older context with fewer restrictions
-- runs: everyone
-- expect: CI001
-- naive: crosses
savepoint s;
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
-- @next
rollback to savepoint s;
select count(*) as breach from callintel.events where org_id = '{foreign}';
-- @next
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
select count(*) as breach from callintel.events where org_id = '{foreign}';
