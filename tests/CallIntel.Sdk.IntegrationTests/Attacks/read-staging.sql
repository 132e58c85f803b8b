-- name: A staging slot
-- claim: batches of others can be read on their way
-- runs: everyone
-- expect: 42501
-- naive: holds
select body as breach from callintel.staging_0;
