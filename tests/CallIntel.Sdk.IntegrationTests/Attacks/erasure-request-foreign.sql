-- name: Ask for the erasure of a request of the victim
-- claim: contacts of other orgs can be erased, or their ids tested
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select callintel.request_erasure('{foreign_request}', true);
