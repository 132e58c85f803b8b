-- name: The victim's context while their transaction is still open
-- claim: a context is worth something to another backend
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
