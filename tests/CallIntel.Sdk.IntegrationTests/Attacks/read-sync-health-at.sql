-- name: sync_health_at of every moment
-- claim: a function reads with its owner's rights
-- runs: everyone
-- expect: no rows
-- naive: holds
select h.source as breach from generate_series(timestamptz '2020-01-01', timestamptz '2040-01-01', interval '1 year') at, callintel.sync_health_at(at) h
 where h.org_id = '{foreign}';
