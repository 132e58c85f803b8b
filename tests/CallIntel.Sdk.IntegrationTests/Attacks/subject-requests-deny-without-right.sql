-- name: Call deny_subject_request without the permission
-- claim: data subject requests are changed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.deny_subject_request('{own_request}', 3::smallint, null);
