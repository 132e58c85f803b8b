-- name: Read the holds of a contact of the victim
-- claim: holds of other orgs can be read
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select h.hold_id as breach from callintel.read_holds('{foreign_contact}', null, 10) h;
