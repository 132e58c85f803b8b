-- name: Remove a number from the suppressed ones without the permission
-- claim: a member lets erased numbers be stored again
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.unsuppress_number(gen_random_uuid(), '{}');
