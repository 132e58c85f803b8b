-- name: create_org with a well-signed token that may not create orgs
-- claim: it tells whether an org exists, before it looks at the capability
-- runs: everyone
-- expect: CI005
-- naive: holds
-- @transaction without context
select callintel.create_org('{token:stranger}', 'taken') as breach;
