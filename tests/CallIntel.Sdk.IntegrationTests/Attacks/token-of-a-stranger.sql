-- name: Use a valid token for an org in which the member has no role
-- claim: a valid signature is enough
-- runs: everyone
-- expect: CI004
-- naive: holds
select callintel.begin_session('{token:stranger}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
