-- name: Read the queue itself
-- claim: the application can name the table of jobs
-- runs: everyone
-- expect: 42501
-- naive: holds
select * from callintel_private.jobs;
