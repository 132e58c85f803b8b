-- name: create_org with an unsigned token for an org that exists
-- claim: it tells whether an org exists, before it looks at the token
-- runs: everyone
-- expect: CI002
-- naive: holds
-- @transaction without context
select callintel.create_org('{token:unsigned}', 'taken') as breach;
