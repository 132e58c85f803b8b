-- name: Read rows by ctid
-- claim: a TID scan bypasses the policy
-- runs: everyone
-- expect: own rows or no rows or 42703
-- naive: holds
select org_id, nullif(org_id <> '{own}', false) as breach from callintel.contacts where ctid >= '(0,0)'
    and ctid < '(100,0)';
