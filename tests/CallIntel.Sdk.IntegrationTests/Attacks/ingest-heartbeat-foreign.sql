-- name: Call record_heartbeat for a run of another org
-- claim: a dead run of another org appears to be running
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
select callintel.record_heartbeat('{foreign_run}');
