-- name: The view sync_health
-- claim: a view reads with its owner's rights
-- runs: everyone
-- expect: no rows
-- naive: holds
select source as breach from callintel.sync_health where org_id = '{foreign}';
