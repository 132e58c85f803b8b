-- name: A foreign server
-- claim: objects that reach out can be made
-- runs: everyone
-- expect: 42501 or 42704
-- naive: holds
create server s foreign data wrapper postgres_fdw;
