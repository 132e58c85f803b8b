-- name: Call retire_source without the permission to manage sources
-- claim: alarms can be disabled without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.retire_source('sample');
