-- name: Division by zero where a foreign row exists
-- claim: a filter of the attacker's runs before the policy
-- runs: everyone
-- expect: own rows
-- naive: holds
select 1 from callintel.contacts where 1 / (case when org_id = '{foreign}' then 0 else 1 end) = 1 union all select 1;
