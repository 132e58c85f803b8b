-- name: Read the height of the ledger without the permission
-- claim: a member learns how many erasures there were
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select h.in_ledger as breach from callintel.read_erasure_height() h;
