-- name: Append bytes to a valid context
-- claim: the length of the context is not checked
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', current_setting('callintel.context') || '0', true);
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
