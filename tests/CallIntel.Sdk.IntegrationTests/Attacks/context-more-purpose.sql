-- name: A genuine context with a purpose written in
-- claim: hidden contacts are reached by claiming a purpose
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', overlay(current_setting('callintel.context') placing '00001' from 75 for 5), true);
select nullif(org_id <> '{own}', false) as breach from callintel.contacts limit 1;
