-- name: Use a token one second after its expiry
-- claim: the expiry is not checked
-- runs: everyone
-- expect: CI003
-- naive: holds
-- @transaction without context
select callintel.begin_session('{token:expired}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
