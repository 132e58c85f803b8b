-- name: Use a token of the owner of the other org signed by a key of the attacker
-- claim: the signature is not verified
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.begin_session('{token:unsigned}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
