-- name: Change the name of the other org
-- claim: the id of an org is enough
-- runs: everyone
-- expect: 55000
-- naive: holds
update callintel.orgs set name = 'taken over' where org_id = '{foreign}' returning name as breach;
