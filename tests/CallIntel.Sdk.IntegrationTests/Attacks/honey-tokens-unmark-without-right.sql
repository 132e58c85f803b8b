-- name: Unmark a honey token before opening it
-- claim: a member opens a honey token without an alert
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.unmark_honey_token('{foreign_contact}');
