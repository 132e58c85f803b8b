-- name: Read the unfinished erasures without the permission
-- claim: members learn which requests for erasure are executed
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.read_unfinished_erasures();
