-- name: The audit log emptied
-- claim: the log can be changed
-- runs: everyone
-- expect: 42501
-- naive: holds
delete from callintel.audit_log;
