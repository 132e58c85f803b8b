-- name: Truncate the audit log
-- claim: entries are removed
-- runs: everyone
-- expect: 42501
-- naive: holds
truncate callintel_private.audit_log;
