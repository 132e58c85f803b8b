-- name: Create a large object for each hidden row
-- claim: a condition of the attacker is evaluated before the policy
-- runs: everyone
-- expect: own rows
-- naive: holds
-- @transaction rollback
select count(lo_from_bytea(0, convert_to(e.external_id, 'UTF8'))) as breach from callintel.events e
    where e.org_id = '{foreign}';
