-- name: Count the jobs of all orgs with a token made up
-- claim: the number of jobs of other orgs can be read
-- runs: everyone
-- expect: CI002
-- naive: holds
select * from callintel.job_statistics('\x00');
