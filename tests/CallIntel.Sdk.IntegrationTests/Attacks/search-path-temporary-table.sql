-- name: A temporary table named like ours
-- claim: functions of the package read or write the attacker's table
-- runs: everyone
-- expect: 42501
-- naive: holds
create temporary table events (like callintel.events);
