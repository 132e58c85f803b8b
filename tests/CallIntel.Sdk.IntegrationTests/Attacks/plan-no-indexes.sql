-- name: Every way to scan but the sequential one switched off
-- claim: one kind of scan forgets the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
set local enable_indexscan = off;
set local enable_bitmapscan = off;
set local enable_indexonlyscan = off;
select external_id as breach from callintel.events where org_id = '{foreign}';
