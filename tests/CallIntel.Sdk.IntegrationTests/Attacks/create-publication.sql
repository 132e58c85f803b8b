-- name: Create a publication of all tables
-- claim: logical replication bypasses the policies
-- runs: everyone
-- expect: 42501
-- naive: holds
create publication p for all tables;
