-- name: Call accept_invitation with a session token
-- claim: a session can accept invitations or try secrets
-- runs: everyone
-- expect: CI005
-- naive: holds
-- @transaction without context
select callintel.accept_invitation('{token}', 'guess') as breach;
