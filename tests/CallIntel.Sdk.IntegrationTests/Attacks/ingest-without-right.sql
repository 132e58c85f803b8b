-- name: Ingest without the permission
-- claim: a run is started without the permission
-- runs: viewer, analyst
-- expect: CI005
-- naive: holds
select callintel.start_run('a', 'b', 'c');
