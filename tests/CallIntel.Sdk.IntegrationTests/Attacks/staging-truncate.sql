-- name: TRUNCATE of a slot
-- claim: batches of others can be thrown away
-- runs: everyone
-- expect: 42501
-- naive: holds
truncate callintel.staging_0;
