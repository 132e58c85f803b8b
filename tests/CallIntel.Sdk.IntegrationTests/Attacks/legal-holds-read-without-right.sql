-- name: Read holds without the permission
-- claim: a member learns which contacts are in a dispute
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select h.hold_id as breach from callintel.read_holds(null, null, 10) h;
