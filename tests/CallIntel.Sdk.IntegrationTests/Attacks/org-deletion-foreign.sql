-- name: Begin the deletion of the victim's org by its id
-- claim: orgs are deleted by naming them
-- runs: owner
-- expect: CI268
-- naive: holds
-- @transaction rollback
select callintel.begin_org_deletion('{foreign}');
