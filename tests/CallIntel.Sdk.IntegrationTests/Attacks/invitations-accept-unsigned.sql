-- name: Call accept_invitation with an unsigned token
-- claim: the function reveals orgs and invitations before it checks the token
-- runs: everyone
-- expect: CI002
-- naive: holds
-- @transaction without context
select callintel.accept_invitation('{token:unsigned}', 'guess') as breach;
