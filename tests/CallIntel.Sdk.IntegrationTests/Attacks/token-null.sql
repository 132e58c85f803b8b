-- name: Use a null token
-- claim: null passes every comparison
-- runs: everyone
-- expect: CI002
-- naive: holds
-- @transaction without context
select callintel.begin_session(null);
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
