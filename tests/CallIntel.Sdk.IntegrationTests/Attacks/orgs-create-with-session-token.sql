-- name: create_org with the token of a session
-- claim: a session can make orgs
-- runs: everyone
-- expect: CI005
-- naive: holds
-- @transaction without context
select callintel.create_org('{token}', 'taken') as breach;
