-- name: Another org of the same id
-- claim: a key tells that an org exists
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.orgs (org_id, name) values ('{foreign}', 'x') on conflict do nothing;
