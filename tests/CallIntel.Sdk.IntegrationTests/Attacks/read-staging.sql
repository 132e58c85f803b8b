-- name: Read a staging slot
-- claim: batches of other orgs are readable while they are stored
-- runs: everyone
-- expect: 42501
-- naive: holds
select body as breach from callintel.staging_0;
