-- name: Divide by zero for rows of another org
-- claim: a condition of the attacker is evaluated before the policy
-- runs: everyone
-- expect: own rows
-- naive: holds
select 1 from callintel.contacts where 1 / (case when org_id = '{foreign}' then 0 else 1 end) = 1 union all select 1;
