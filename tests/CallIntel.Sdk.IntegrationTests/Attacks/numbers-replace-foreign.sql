-- name: Replace a number of a contact of the victim
-- claim: numbers of other orgs can be replaced, or their contacts tested
-- runs: admin, owner
-- expect: CI407
-- naive: holds
-- @transaction rollback
select callintel.replace_contact_number(
    null, '{foreign_contact}', '{"{foreign_number}"}', '{}', 1::smallint, null, 1, null, false);
