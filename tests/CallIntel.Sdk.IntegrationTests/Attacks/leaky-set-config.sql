-- name: set_config of each value in a filter
-- claim: a filter of the attacker's runs before the policy
-- runs: everyone
-- expect: own rows
-- naive: holds
select count(*) from callintel.events e where set_config('leak.value', coalesce(current_setting('leak.value', true), '') || e.external_id, true) <> '';
select nullif(position('canary' in current_setting('leak.value', true)), 0) as breach;
