-- name: accept_invitation with the token of a session
-- claim: a session can accept, or try secrets
-- runs: everyone
-- expect: CI005
-- naive: holds
-- @transaction without context
select callintel.accept_invitation('{token}', 'guess') as breach;
