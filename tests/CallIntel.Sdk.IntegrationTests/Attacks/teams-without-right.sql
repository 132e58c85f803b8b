-- name: Call create_team without the permission to manage members
-- claim: teams are created without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.create_team('taken');
