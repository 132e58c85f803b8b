-- name: Call begin_subject_export without the permission
-- claim: data subject requests are executed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select * from callintel.begin_subject_export('{own_request}');
