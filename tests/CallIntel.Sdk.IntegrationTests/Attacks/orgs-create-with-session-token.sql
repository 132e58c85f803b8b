-- name: Call create_org with a session token
-- claim: a session can create orgs
-- runs: everyone
-- expect: CI005
-- naive: holds
-- @transaction without context
select callintel.create_org('{token}', 'taken') as breach;
