-- name: COPY TO PROGRAM
-- claim: a shell on the server
-- runs: everyone
-- expect: 42501
-- naive: holds
copy (select 1) to program 'true';
