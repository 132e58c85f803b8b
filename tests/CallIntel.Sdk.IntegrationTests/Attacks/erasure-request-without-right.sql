-- name: Ask for an erasure without the permission
-- claim: a member erases a contact
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.request_erasure('{own_request}', true);
