-- name: One's own token with the other org's id in it
-- claim: the signature does not cover the org
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.begin_session('{token:moved}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
