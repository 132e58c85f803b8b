-- name: Call extend_subject_request without the permission
-- claim: data subject requests are changed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.extend_subject_request('{own_request}', now() + interval '60 days', 1::smallint, null);
