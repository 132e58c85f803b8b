-- name: A token used twice in one transaction
-- claim: a second token is not checked
-- runs: everyone
-- expect: own rows
-- naive: holds
call callintel.begin('{token}');
select name from callintel.orgs;
