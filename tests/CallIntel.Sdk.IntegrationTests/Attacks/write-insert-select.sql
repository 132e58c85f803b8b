-- name: Insert rows selected across orgs
-- claim: the policy applies to the target only
-- runs: everyone
-- expect: 55000
-- naive: holds
-- @transaction rollback
insert into callintel.contacts (org_id, id, created_by) select '{foreign}', id, created_by from callintel.contacts;
