-- name: Begin a new generation of the change feed
-- claim: all readers have to read everything again
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.ensure_generation() as breach;
