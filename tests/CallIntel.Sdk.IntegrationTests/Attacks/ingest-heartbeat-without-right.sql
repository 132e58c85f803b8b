-- name: Call record_heartbeat without the permission to ingest
-- claim: a dead run appears to be running, without the permission
-- runs: viewer, analyst
-- expect: CI005
-- naive: holds
select callintel.record_heartbeat((select r.id from callintel.sync_runs r where r.status = 1 limit 1));
