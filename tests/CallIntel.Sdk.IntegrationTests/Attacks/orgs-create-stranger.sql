-- name: Call create_org with a valid token without that capability
-- claim: the function reveals whether an org exists before it checks the capability
-- runs: everyone
-- expect: CI005
-- naive: holds
-- @transaction without context
select callintel.create_org('{token:stranger}', 'taken') as breach;
