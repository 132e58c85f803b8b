-- name: Close a request as a duplicate of one of the victim
-- claim: ids of requests of other orgs can be tested
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select callintel.mark_duplicate_subject_request('{own_request}', '{foreign_request}');
