-- name: session_replication_role = replica
-- claim: triggers and foreign keys can be switched off
-- runs: everyone
-- expect: 42501
-- naive: holds
set local session_replication_role = replica;
