-- name: Read the digests of suppressed numbers without the permission
-- claim: a viewer learns how many numbers are suppressed
-- runs: viewer, analyst
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.read_suppressed_digests(null);
