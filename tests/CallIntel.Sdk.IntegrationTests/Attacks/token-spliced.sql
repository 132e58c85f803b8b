-- name: A foreign body with the signature of one's own token
-- claim: signature and body are not tied
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.begin_session('{token:spliced}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
