-- name: Read leaves without the permission
-- claim: a member reads ids and hashes of entries
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select row_id as breach from callintel.read_audit_leaves('2026-01-01', -1, 1000);
