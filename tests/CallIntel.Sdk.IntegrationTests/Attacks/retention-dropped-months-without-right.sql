-- name: Read dropped months without the permission
-- claim: a member learns how many events there were
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select m.events as breach from callintel.read_dropped_months() m;
