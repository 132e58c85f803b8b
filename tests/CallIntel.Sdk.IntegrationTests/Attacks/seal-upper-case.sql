-- name: Use a valid seal in upper case and spaces around the text
-- claim: different texts have the same seal
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', current_setting('callintel.context') || ' ', true);
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
