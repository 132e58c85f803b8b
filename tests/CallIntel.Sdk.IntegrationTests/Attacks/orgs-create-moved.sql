-- name: Call create_org with an own token in which the org is replaced
-- claim: the function reveals whether an org exists before it checks the token
-- runs: everyone
-- expect: CI002
-- naive: holds
-- @transaction without context
select callintel.create_org('{token:moved}', 'taken') as breach;
