-- name: Append OR TRUE
-- claim: OR TRUE disables the policy
-- runs: everyone
-- expect: own rows
-- expect(ingester): no rows
-- naive: holds
select *, nullif(org_id <> '{own}', false) as breach from callintel.events where org_id = '{foreign}' or true;
