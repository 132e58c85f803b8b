-- name: A token used twice in one transaction
-- claim: a second token is not checked
-- runs: everyone
-- expect: own rows
-- naive: holds
select callintel.begin_session('{token}');
select name from callintel.orgs;
