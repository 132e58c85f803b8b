-- name: Delete rows of the own org without having confirmed it
-- claim: an owner's session that runs injected SQL deletes the audit log
-- runs: owner
-- expect: CI268
-- naive: holds
-- @transaction rollback
select callintel.delete_org_rows(100000);
