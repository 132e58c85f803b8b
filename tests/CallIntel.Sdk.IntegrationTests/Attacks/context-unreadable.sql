-- name: A context that cannot be read
-- claim: an error of reading it comes after rows
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', 'zz', true);
select nullif(org_id <> '{own}', false) as breach from callintel.events limit 1;
