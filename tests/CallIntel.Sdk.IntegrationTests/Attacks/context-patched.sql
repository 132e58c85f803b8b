-- name: Replace the org in a valid context
-- claim: the seal does not cover the org
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', replace(current_setting('callintel.context'), '{own}', '{foreign}'), true);
select *, 1 as breach from callintel.events where org_id = '{foreign}' limit 5;
