-- name: beat_run by a role that does not ingest
-- claim: a dead run is kept looking alive without the right
-- runs: viewer, analyst
-- expect: CI005
-- naive: holds
select callintel.beat_run((select r.id from callintel.sync_runs r where r.status = 1 limit 1));
