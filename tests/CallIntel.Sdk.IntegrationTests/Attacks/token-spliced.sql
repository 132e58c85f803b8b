-- name: Combine the body of a token of another org with the signature of an own token
-- claim: the signature does not cover the body
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.begin_session('{token:spliced}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
