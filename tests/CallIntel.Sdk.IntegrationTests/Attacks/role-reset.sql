-- name: RESET ROLE, RESET SESSION AUTHORIZATION
-- claim: a stronger role lies beneath
-- runs: everyone
-- expect: own rows
-- expect(ingester): no rows
-- naive: holds
reset role;
reset session authorization;
select org_id, nullif(org_id <> '{own}', false) as breach from callintel.events;
