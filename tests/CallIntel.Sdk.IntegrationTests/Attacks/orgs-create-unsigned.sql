-- name: Call create_org with an unsigned token for an existing org
-- claim: the function reveals whether an org exists before it checks the token
-- runs: everyone
-- expect: CI002
-- naive: holds
-- @transaction without context
select callintel.create_org('{token:unsigned}', 'taken') as breach;
