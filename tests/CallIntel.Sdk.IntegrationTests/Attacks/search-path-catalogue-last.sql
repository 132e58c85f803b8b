-- name: Put pg_catalog last and call a function without a schema
-- claim: functions of the package resolve names to objects of the attacker
-- runs: everyone
-- expect: own rows
-- expect(ingester): no rows
-- naive: holds
set local search_path = callintel, public, pg_catalog;
select org_id, nullif(org_id <> '{own}', false) as breach from events;
