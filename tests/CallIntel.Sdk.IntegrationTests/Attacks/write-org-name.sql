-- name: The other org's name changed
-- claim: an org is found by its id alone
-- runs: everyone
-- expect: 55000
-- naive: holds
update callintel.orgs set name = 'taken over' where org_id = '{foreign}' returning name as breach;
