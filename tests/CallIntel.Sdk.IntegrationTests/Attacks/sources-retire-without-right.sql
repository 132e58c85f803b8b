-- name: retire_source by a role that does not manage sources
-- claim: alarms are switched off without the right
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.retire_source('sample');
