-- name: A materialised CTE
-- claim: a CTE fence keeps the policy out
-- runs: everyone
-- expect: no rows
-- naive: holds
with everything as materialized (select * from callintel.events) select external_id as breach from everything where org_id = '{foreign}';
