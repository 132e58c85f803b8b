-- name: Call pg_read_file
-- claim: files of the server can be read
-- runs: everyone
-- expect: 42501
-- naive: holds
select pg_read_file('PG_VERSION') as breach;
