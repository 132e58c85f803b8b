-- name: Call extend_subject_request with a request of the victim
-- claim: requests of other orgs can be changed, or their ids tested
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select callintel.extend_subject_request('{foreign_request}', now() + interval '60 days', 1::smallint, null);
