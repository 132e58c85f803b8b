-- name: Call accept_invitation with a valid token without that capability
-- claim: the function reveals orgs and invitations before it checks the capability
-- runs: everyone
-- expect: CI005
-- naive: holds
-- @transaction without context
select callintel.accept_invitation('{token:stranger}', 'guess') as breach;
