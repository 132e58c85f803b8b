-- name: Insert an entry into a partition of the audit log
-- claim: an entry is forged
-- runs: everyone
-- expect: 42501
-- naive: holds
insert into callintel_private.audit_log_default (org_id, id, member_id, action, object)
values ('{own}', gen_random_uuid(), '{foreign_owner}', 'merge', 'contacts');
