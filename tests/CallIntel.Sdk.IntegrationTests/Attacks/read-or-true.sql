-- name: OR TRUE
-- claim: a policy is one more OR
-- runs: everyone
-- expect: own rows
-- expect(ingester): no rows
-- naive: holds
select *, nullif(org_id <> '{own}', false) as breach from callintel.events where org_id = '{foreign}' or true;
