-- name: Use a token that is valid for a year
-- claim: a long lifetime is accepted
-- runs: everyone
-- expect: CI003
-- naive: holds
-- @transaction without context
select callintel.begin_session('{token:eternal}');
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
