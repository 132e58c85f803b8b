-- name: Copy a table to the client
-- claim: COPY bypasses the policies
-- runs: everyone
-- expect: 0A000 or 42501 or no rows or own rows or 42809
-- naive: holds
-- @copy out
copy callintel.contacts to stdout
