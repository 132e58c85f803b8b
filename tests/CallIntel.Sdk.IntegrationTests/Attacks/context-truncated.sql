-- name: Cut a valid context before its seal
-- claim: a context without a seal is not checked
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', left(current_setting('callintel.context'), 81), true);
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
