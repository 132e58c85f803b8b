-- name: Ingestion by a role that may not
-- claim: runs are opened without the right
-- runs: viewer, analyst
-- expect: CI005
-- naive: holds
select callintel.start_run('a', 'b', 'c');
