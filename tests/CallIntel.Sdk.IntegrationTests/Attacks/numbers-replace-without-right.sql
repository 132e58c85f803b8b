-- name: Replace a number without the permission
-- claim: a member redirects the records of a number to another contact
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.replace_contact_number(null, '{own_contact}', '{}', '{}', 1::smallint, null, 1, null, true);
