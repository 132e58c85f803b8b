-- name: A genuine context cut before its seal
-- claim: a missing seal is no seal to check
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', left(current_setting('callintel.context'), 81), true);
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
