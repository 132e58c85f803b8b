-- name: Call pg_ls_dir
-- claim: files of the server can be listed
-- runs: everyone
-- expect: 42501
-- naive: holds
select pg_ls_dir('base') as breach;
