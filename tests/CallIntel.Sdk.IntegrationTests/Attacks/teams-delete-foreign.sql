-- name: Call delete_team with a team of the victim
-- claim: teams of other orgs can be deleted
-- runs: admin, owner
-- expect: no rows
-- naive: holds
-- @transaction rollback
select 1 as breach where callintel.delete_team('{foreign_team}');
