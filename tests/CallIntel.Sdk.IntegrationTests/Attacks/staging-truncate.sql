-- name: Truncate a slot
-- claim: batches of other orgs can be deleted
-- runs: everyone
-- expect: 42501
-- naive: holds
truncate callintel.staging_0;
