-- name: Insert an entry into the audit log
-- claim: entries of the audit log can be forged
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.audit_log (org_id, id, member_id, action, object)
    values ('{foreign}', gen_random_uuid(), '{foreign_owner}', 'grant', 'org_roles');
