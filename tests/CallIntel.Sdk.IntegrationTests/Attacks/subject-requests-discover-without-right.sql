-- name: Call find_subject_contacts without the permission
-- claim: data subject requests are executed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.find_subject_contacts('{own_request}', '{}', '{}', '{}', null);
