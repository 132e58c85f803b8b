-- name: Keep a valid context in a session variable
-- claim: a context outlives its transaction
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', current_setting('{setting}'), false),
    set_config('callintel.seal', current_setting('callintel.seal', true), false);
-- @transaction without context
select nullif(org_id <> '{own}', false) as breach from callintel.events limit 1;
-- @outside
reset callintel.context;
reset callintel.seal;
