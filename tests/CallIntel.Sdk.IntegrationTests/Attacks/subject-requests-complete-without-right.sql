-- name: Call complete_subject_request without the permission
-- claim: data subject requests are changed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.complete_subject_request('{own_request}', true, null);
