-- name: Create a role with BYPASSRLS
-- claim: the application can create roles
-- runs: everyone
-- expect: 42501
-- naive: holds
create role strong bypassrls;
