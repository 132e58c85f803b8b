-- name: Count requests of all orgs
-- claim: figures contain requests of other orgs
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select m.received as breach
  from callintel.measure_subject_requests('-infinity', 'infinity') m where m.received > 1;
