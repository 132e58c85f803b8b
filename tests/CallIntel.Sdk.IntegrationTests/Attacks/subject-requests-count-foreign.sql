-- name: Call count_subject_rows with a request of the victim
-- claim: requests of other orgs can be used, or their ids tested
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select * from callintel.count_subject_rows('{foreign_request}');
