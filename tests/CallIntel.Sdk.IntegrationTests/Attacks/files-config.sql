-- name: Settings that name files
-- claim: settings tell where the server is
-- runs: everyone
-- expect: 42501
-- naive: holds
select current_setting('data_directory') as breach;
