-- name: Read unsealed entries without the permission
-- claim: a member reads ids of entries
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select row_id as breach
  from callintel.read_unsealed_entries('00000000-0000-0000-0000-000000000000', 1000);
