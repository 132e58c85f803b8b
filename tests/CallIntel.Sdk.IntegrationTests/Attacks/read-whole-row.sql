-- name: Read the whole row as one value
-- claim: a row value is not subject to the policy
-- runs: everyone
-- expect: own rows
-- expect(ingester): no rows
-- naive: holds
select e, row_to_json(e), nullif((e).org_id <> '{own}', false) as breach from callintel.events e;
