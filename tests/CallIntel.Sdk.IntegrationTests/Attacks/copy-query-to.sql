-- name: Copy the result of a query to the client
-- claim: COPY bypasses the policies
-- runs: everyone
-- expect: no rows
-- naive: holds
-- @copy out
copy (select id, external_id from callintel.events where org_id = '{foreign}') to stdout
