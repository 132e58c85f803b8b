-- name: Run a recursive query
-- claim: recursion bypasses the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
with recursive r as (
    select org_id, id from callintel.contacts where org_id = '{foreign}'
    union select c.org_id, c.id from r join callintel.contacts c on c.org_id <> r.org_id
) select id as breach from r;
