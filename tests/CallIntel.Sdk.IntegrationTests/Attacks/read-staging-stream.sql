-- name: Read the staging table of webhook records
-- claim: records of other orgs are readable while they are stored
-- runs: everyone
-- expect: 42501
-- naive: holds
select body as breach from callintel_private.staging_stream;
