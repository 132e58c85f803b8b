-- name: Overflow an expression on hidden numbers
-- claim: errors are raised before the policy is applied
-- runs: everyone
-- expect: no rows
-- naive: holds
select 1 as breach from callintel.events where org_id = '{foreign}' and duration_s * 2147483647 > 0 and duration_s > 1;
