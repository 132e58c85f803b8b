-- name: Read the suppression without the permission
-- claim: a member learns how many numbers are suppressed
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.numbers as breach from callintel.read_suppression() r;
