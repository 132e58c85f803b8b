-- name: No token
-- claim: null passes every comparison
-- runs: everyone
-- expect: CI002
-- naive: holds
-- @transaction without context
call callintel.begin(null);
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
