-- name: Run COPY TO PROGRAM
-- claim: programs can be run on the server
-- runs: everyone
-- expect: 42501
-- naive: holds
copy (select 1) to program 'true';
