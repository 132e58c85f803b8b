-- name: Use the context of the victim while its transaction is open
-- claim: a context is valid on other connections
-- runs: everyone
-- expect: CI001
-- naive: crosses
-- @transaction as foreign keep stolen
select current_setting('{setting}');
-- @next as foreign keep seal
select current_setting('callintel.seal', true);
-- @transaction on b without context
select set_config('{setting}', '{stolen}', true), set_config('callintel.seal', '{seal}', true);
select *, 1 as breach from callintel.contact_numbers where org_id = '{foreign}' limit 5;
-- @next on a as foreign
select 1;
