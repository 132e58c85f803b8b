-- name: Read the default partition of the audit log
-- claim: a partition is not subject to the policies of its table
-- runs: everyone
-- expect: 42P01
-- naive: crosses
select detail as breach from callintel.audit_log_default where org_id = '{foreign}';
