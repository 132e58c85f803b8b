-- name: Call the audit function
-- claim: entries of the audit log can be forged
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.audit('grant', 'org_roles', 1);
