-- name: A genuine context with every permission bit set
-- claim: the seal does not cover the permissions
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', overlay(current_setting('callintel.context') placing '000000000001ffff' from 65 for 16), true);
select nullif(org_id <> '{own}', false) as breach from callintel.audit_log limit 1;
