-- name: Call count_subject_rows without the permission
-- claim: data subject requests are executed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select * from callintel.count_subject_rows('{own_request}');
