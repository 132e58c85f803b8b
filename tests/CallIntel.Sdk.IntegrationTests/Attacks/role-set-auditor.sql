-- name: Set the role of the audit triggers
-- claim: the role of the application is a member of the role that appends to the audit log of every org
-- runs: everyone
-- expect: 42501
-- naive: holds
set local role callintel_auditor;
insert into callintel_private.audit_log (org_id, id, member_id, action, object)
    values ('{foreign}', gen_random_uuid(), '{foreign_owner}', 'ingest', 'events') returning org_id as breach;
