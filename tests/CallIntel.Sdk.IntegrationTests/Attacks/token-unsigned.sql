-- name: A token of the other org's owner under a key of one's own
-- claim: the signature is not checked
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.begin_session('{token:unsigned}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
