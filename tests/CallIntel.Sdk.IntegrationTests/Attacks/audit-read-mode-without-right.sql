-- name: Read the audit mode without the permission
-- claim: a member learns how closely changes are watched
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.read_audit_mode();
