-- name: Run RESET ROLE and RESET SESSION AUTHORIZATION
-- claim: resetting returns to a stronger role
-- runs: everyone
-- expect: own rows
-- expect(ingester): no rows
-- naive: holds
reset role;
reset session authorization;
select org_id, nullif(org_id <> '{own}', false) as breach from callintel.events;
