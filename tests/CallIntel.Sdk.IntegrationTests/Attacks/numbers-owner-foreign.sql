-- name: Ask for the owner of a number of the victim
-- claim: numbers of other orgs can be tested by their blind index
-- runs: admin, owner
-- expect: CI407
-- naive: holds
-- @transaction rollback
select callintel.find_number_owner('{foreign_contact}', '{"{foreign_number}"}');
