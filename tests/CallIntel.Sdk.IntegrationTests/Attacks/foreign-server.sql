-- name: Create a foreign server
-- claim: the application can create objects that connect to other servers
-- runs: everyone
-- expect: 42501 or 42704
-- naive: holds
create server s foreign data wrapper postgres_fdw;
