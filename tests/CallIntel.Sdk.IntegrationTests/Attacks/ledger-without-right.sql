-- name: Read the access ledger without the permission
-- claim: members learn who read what
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select id as breach from callintel.read_accesses(null, null, null, null, null, false, null, 1000);
