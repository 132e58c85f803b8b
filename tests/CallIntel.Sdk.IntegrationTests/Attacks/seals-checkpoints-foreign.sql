-- name: Read checkpoints of another org
-- claim: checkpoints of other orgs are visible
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select c.note as breach
  from callintel.read_audit_checkpoints() c
 where c.identity like '%{foreign}%';
