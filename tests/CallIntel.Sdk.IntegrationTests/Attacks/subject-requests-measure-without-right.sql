-- name: Count requests without the permission
-- claim: a member learns how many requests there are
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select m.received as breach from callintel.measure_subject_requests('-infinity', 'infinity') m;
