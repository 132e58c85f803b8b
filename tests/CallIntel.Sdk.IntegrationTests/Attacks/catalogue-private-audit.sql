-- name: The audit function itself
-- claim: the log can be forged
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.audit('grant', 'org_roles', 1);
