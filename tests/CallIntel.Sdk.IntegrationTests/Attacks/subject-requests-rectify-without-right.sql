-- name: Call note_rectification without the permission
-- claim: data subject requests are executed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.note_rectification('{own_request}', null, null);
