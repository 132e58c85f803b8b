-- name: Run an index-only scan on keys
-- claim: an index scan bypasses the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
set local enable_seqscan = off;
set local enable_bitmapscan = off;
select org_id as breach, contact_id, id from callintel.events where org_id = '{foreign}'
    order by org_id, contact_id, id;
