-- name: Call repeat_erasure without the permission
-- claim: a member runs an erasure
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.repeat_erasure('{own_request}');
