-- name: Mark a contact of the other org as a honey token
-- claim: contacts of other orgs can be marked, or their ids tested
-- runs: admin, owner
-- expect: CI152
-- naive: holds
-- @transaction rollback
select callintel.mark_honey_token('{foreign_contact}');
