-- name: Use ONLY and * on the partitioned table
-- claim: inheritance bypasses the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
select id as breach from only callintel.events where org_id = '{foreign}' union all select id from callintel.events *
    where org_id = '{foreign}';
