-- name: accept_invitation with a well-signed token that may not accept
-- claim: it tells of orgs and offers before it looks at the capability
-- runs: everyone
-- expect: CI005
-- naive: holds
-- @transaction without context
select callintel.accept_invitation('{token:stranger}', 'guess') as breach;
