-- name: Create a temporary table with the name of a table of the package
-- claim: functions of the package use the table of the attacker
-- runs: everyone
-- expect: 42501
-- naive: holds
create temporary table events (like callintel.events);
