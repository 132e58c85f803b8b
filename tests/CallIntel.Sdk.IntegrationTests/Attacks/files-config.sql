-- name: Read settings that contain file names
-- claim: settings reveal paths of the server
-- runs: everyone
-- expect: 42501
-- naive: holds
select current_setting('data_directory') as breach;
