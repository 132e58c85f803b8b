-- name: Read rejected records without the permission
-- claim: a member reads rejected records
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.ordinal as breach from callintel.read_rejects_to_erase(null, null, 10) r;
