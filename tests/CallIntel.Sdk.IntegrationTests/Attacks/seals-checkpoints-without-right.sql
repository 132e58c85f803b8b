-- name: Read checkpoints without the permission
-- claim: a member learns how many entries the ledgers have
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select note as breach from callintel.read_audit_checkpoints();
