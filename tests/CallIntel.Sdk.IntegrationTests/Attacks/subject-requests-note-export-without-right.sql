-- name: Call note_subject_export without the permission
-- claim: data subject requests are executed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.note_subject_export('{own_request}', 1);
