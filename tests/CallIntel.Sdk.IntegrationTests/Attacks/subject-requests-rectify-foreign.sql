-- name: Call note_rectification with a request of the victim
-- claim: requests of other orgs can be used, or their ids tested
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select callintel.note_rectification('{foreign_request}', null, null);
