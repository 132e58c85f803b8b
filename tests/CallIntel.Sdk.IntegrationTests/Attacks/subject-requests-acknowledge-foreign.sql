-- name: Call acknowledge_subject_request with a request of the victim
-- claim: requests of other orgs can be changed, or their ids tested
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select callintel.acknowledge_subject_request('{foreign_request}');
