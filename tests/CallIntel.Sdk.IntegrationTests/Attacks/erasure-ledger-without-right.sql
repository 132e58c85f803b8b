-- name: Read the ledger of erasures without the permission
-- claim: a member learns who was erased
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select l.height as breach from callintel.read_erasure_ledger(0, 10) l;
