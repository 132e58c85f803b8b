-- name: Set a purpose in a valid context
-- claim: a claimed purpose reveals hidden contacts
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', overlay(current_setting('callintel.context') placing '00001' from 75 for 5),
    true);
select nullif(org_id <> '{own}', false) as breach from callintel.contacts limit 1;
