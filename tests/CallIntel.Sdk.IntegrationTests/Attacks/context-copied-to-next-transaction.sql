-- name: Restore a valid context in the next transaction
-- claim: a context outlives its transaction
-- runs: everyone
-- expect: CI001
-- naive: holds
-- @transaction keep copied
select current_setting('{setting}');
-- @next keep seal
select current_setting('callintel.seal', true);
-- @transaction without context
select set_config('{setting}', '{copied}', true), set_config('callintel.seal', '{seal}', true);
select nullif(org_id <> '{own}', false) as breach from callintel.events limit 1;
