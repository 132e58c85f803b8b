-- name: Store each value with set_config in a condition
-- claim: a condition of the attacker is evaluated before the policy
-- runs: everyone
-- expect: own rows
-- naive: holds
select count(*) from callintel.events e where set_config('leak.value',
    coalesce(current_setting('leak.value', true), '') || e.external_id, true) <> '';
select nullif(position('canary' in current_setting('leak.value', true)), 0) as breach;
