-- name: Read the view sync_health
-- claim: the view reads with the privileges of its owner
-- runs: everyone
-- expect: no rows
-- naive: holds
select source as breach from callintel.sync_health where org_id = '{foreign}';
