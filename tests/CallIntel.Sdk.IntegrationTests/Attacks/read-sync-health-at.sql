-- name: Call sync_health_at for any time
-- claim: the function reads with the privileges of its owner
-- runs: everyone
-- expect: no rows
-- naive: holds
select h.source as breach from generate_series(timestamptz '2020-01-01', timestamptz '2040-01-01', interval '1 year')
    at, callintel.sync_health_at(at) h
 where h.org_id = '{foreign}';
