-- name: The table of the stream lane
-- claim: deliveries of others can be read on their way
-- runs: everyone
-- expect: 42501
-- naive: holds
select body as breach from callintel_private.staging_stream;
