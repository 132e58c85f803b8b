-- name: Copy from a file of the server
-- claim: files of the server can be read
-- runs: everyone
-- expect: 42501
-- naive: holds
copy callintel.staging_0 (external_id) from '/etc/passwd';
