-- name: create_org with one's own token and another id in it
-- claim: it tells whether an org exists, before it looks at the token
-- runs: everyone
-- expect: CI002
-- naive: holds
-- @transaction without context
select callintel.create_org('{token:moved}', 'taken') as breach;
