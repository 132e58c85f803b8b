-- name: List background work
-- claim: the list of jobs contains jobs of other orgs
-- runs: admin, owner
-- expect: own rows
-- naive: holds
select * from callintel.read_jobs(null, 1000);
