-- name: The default partition of the audit log
-- claim: a partition has no policy of its own
-- runs: everyone
-- expect: 42P01
-- naive: crosses
select detail as breach from callintel.audit_log_default where org_id = '{foreign}';
