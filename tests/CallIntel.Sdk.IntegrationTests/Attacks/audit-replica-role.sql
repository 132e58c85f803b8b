-- name: Skip triggers by the replication role
-- claim: changes are made that are not on file
-- runs: everyone
-- expect: 42501
-- naive: holds
set local session_replication_role = 'replica';
