-- name: Replace the org in an own token
-- claim: the signature does not cover the org
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.begin_session('{token:moved}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
