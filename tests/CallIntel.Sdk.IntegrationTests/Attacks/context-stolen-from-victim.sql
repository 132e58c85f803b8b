-- name: Use a stolen context of the victim in a transaction of the attacker
-- claim: a context is valid in other transactions
-- runs: everyone
-- expect: CI001
-- naive: crosses
-- @transaction as foreign keep stolen
select current_setting('{setting}');
-- @next as foreign keep seal
select current_setting('callintel.seal', true);
-- @transaction on b
select set_config('{setting}', '{stolen}', true), set_config('callintel.seal', '{seal}', true);
select *, 1 as breach from callintel.events where org_id = '{foreign}' limit 5;
