-- name: Suppress a number without the permission
-- claim: a member keeps records from being stored
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.suppress_number(gen_random_uuid(), '{}');
