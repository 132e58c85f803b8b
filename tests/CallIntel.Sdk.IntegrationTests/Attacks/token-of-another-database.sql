-- name: Use a token signed for another database
-- claim: tokens are valid in every database with the same key
-- runs: everyone
-- expect: CI002
-- naive: holds
-- @transaction without context
select callintel.begin_session('{token:elsewhere}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
