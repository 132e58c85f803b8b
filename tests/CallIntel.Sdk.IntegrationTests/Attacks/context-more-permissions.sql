-- name: Set all permission bits in a valid context
-- claim: the seal does not cover the permissions
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context',
    overlay(current_setting('callintel.context') placing rpad('131071', 19) from 91 for 19), true);
select nullif(org_id <> '{own}', false) as breach from callintel.audit_log limit 1;
