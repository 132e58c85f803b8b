-- name: An arithmetic overflow on hidden numbers
-- claim: errors come before the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
select 1 as breach from callintel.events where org_id = '{foreign}' and duration_s * 2147483647 > 0 and duration_s > 1;
