-- name: Set all permission bits in a valid context
-- claim: the seal does not cover the permissions
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', regexp_replace(current_setting('callintel.context'), '[0-9]+$', '131071'), true);
select nullif(org_id <> '{own}', false) as breach from callintel.audit_log limit 1;
