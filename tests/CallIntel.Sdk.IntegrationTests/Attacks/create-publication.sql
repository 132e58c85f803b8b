-- name: A publication of all tables
-- claim: logical replication passes the policies by
-- runs: everyone
-- expect: 42501
-- naive: holds
create publication p for all tables;
