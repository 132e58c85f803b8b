-- name: Set session_replication_role to replica
-- claim: triggers and foreign keys can be disabled
-- runs: everyone
-- expect: 42501
-- naive: holds
set local session_replication_role = replica;
