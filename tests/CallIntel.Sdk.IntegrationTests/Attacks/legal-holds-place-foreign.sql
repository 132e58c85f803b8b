-- name: Place a hold on a contact of the victim
-- claim: holds name contacts of other orgs, or test their ids
-- runs: admin, owner
-- expect: CI152
-- naive: holds
-- @transaction rollback
select callintel.place_hold('{foreign_contact}', 1::smallint, null);
