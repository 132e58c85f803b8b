-- name: Call note_subject_export with a request of the victim
-- claim: requests of other orgs can be used, or their ids tested
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select callintel.note_subject_export('{foreign_request}', 1);
