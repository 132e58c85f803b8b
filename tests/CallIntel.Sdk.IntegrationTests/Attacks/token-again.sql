-- name: Use a token twice in one transaction
-- claim: a second token is not verified
-- runs: everyone
-- expect: own rows
-- naive: holds
select callintel.begin_session('{token}');
select name from callintel.orgs;
