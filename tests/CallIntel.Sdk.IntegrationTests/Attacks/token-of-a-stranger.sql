-- name: A well-signed token for an org one has no role in
-- claim: signing is enough
-- runs: everyone
-- expect: CI004
-- naive: holds
select callintel.begin_session('{token:stranger}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
