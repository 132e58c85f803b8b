-- name: Reserve uses of a key of another org
-- claim: keys of other orgs can be exhausted
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(callintel.reserve_key_uses('{foreign_key}', 1000, 100000), 0) as breach;
