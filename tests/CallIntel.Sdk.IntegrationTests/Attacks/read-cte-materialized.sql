-- name: Use a materialized CTE
-- claim: a materialized CTE bypasses the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
with everything as materialized (select * from callintel.events) select external_id as breach from everything
    where org_id = '{foreign}';
