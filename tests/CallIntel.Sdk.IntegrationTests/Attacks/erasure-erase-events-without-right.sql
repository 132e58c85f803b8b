-- name: Call erase_events without the permission
-- claim: a member runs an erasure
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.erase_events('{own_request}', 10);
