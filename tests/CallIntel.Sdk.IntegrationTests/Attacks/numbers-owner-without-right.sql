-- name: Ask for the owner of a number without the permission
-- claim: a member tests which contact has a number
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.find_number_owner('{own_contact}', '{}');
