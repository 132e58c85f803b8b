-- name: Call rename_team with a team of the victim
-- claim: teams of other orgs can be changed, or their ids tested
-- runs: admin, owner
-- expect: CI262
-- naive: holds
-- @transaction rollback
select callintel.rename_team('{foreign_team}', 'taken');
