-- name: Delete the audit log
-- claim: the audit log can be changed
-- runs: everyone
-- expect: 55000
-- naive: holds
delete from callintel.audit_log;
