-- name: Change the context in a condition
-- claim: the condition is evaluated before the policy
-- runs: everyone
-- expect: CI001 or own rows
-- expect(ingester): no rows
-- naive: crosses
select e.org_id, nullif(e.org_id = '{foreign}', false) as breach from callintel.events e
    where set_config('{setting}', '{forged}', true) is not null;
