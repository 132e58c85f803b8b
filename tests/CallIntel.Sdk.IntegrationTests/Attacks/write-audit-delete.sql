-- name: The audit log emptied
-- claim: the log can be changed
-- runs: everyone
-- expect: 55000
-- naive: holds
delete from callintel.audit_log;
