-- name: Triggers and policies switched off for the session
-- claim: a setting of the session switches triggers off
-- runs: everyone
-- expect: 42501
-- naive: holds
set local session_replication_role = replica;
