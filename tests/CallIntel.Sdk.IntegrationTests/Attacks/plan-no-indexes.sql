-- name: Disable all scans except sequential scans
-- claim: one kind of scan bypasses the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
set local enable_indexscan = off;
set local enable_bitmapscan = off;
set local enable_indexonlyscan = off;
select external_id as breach from callintel.events where org_id = '{foreign}';
