-- name: accept_invitation with an unsigned token
-- claim: it tells of orgs and offers before it looks at the token
-- runs: everyone
-- expect: CI002
-- naive: holds
-- @transaction without context
select callintel.accept_invitation('{token:unsigned}', 'guess') as breach;
