-- name: Call suppress_erased without the permission
-- claim: a member runs an erasure
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.suppress_erased('{own_request}');
