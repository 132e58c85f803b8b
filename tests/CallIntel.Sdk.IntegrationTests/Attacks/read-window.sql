-- name: Use window functions over all rows
-- claim: window frames include rows that the policy hides
-- runs: everyone
-- expect: own rows
-- expect(ingester): no rows
-- naive: holds
select lag(external_id, 1) over (order by id), first_value(external_id) over (order by org_id) from callintel.events;
