-- name: Change the context while a statement runs
-- claim: the context is read for each row instead of once for each statement
-- runs: everyone
-- expect: CI001 or own rows
-- expect(ingester): no rows
-- naive: crosses
select set_config('{setting}', '{forged}', true) is not null, e.org_id, nullif(e.org_id = '{foreign}', false) as breach
    from callintel.events e
 union all
select true, c.org_id, nullif(c.org_id = '{foreign}', false) from callintel.contacts c;
