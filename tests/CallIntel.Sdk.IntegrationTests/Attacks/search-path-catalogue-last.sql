-- name: pg_catalog last, and an unqualified call
-- claim: helper functions resolve elsewhere
-- runs: everyone
-- expect: own rows
-- expect(ingester): no rows
-- naive: holds
set local search_path = callintel, public, pg_catalog;
select org_id, nullif(org_id <> '{own}', false) as breach from events;
