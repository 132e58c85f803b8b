-- name: Insert an org with the id of another org
-- claim: a unique violation reveals that an org exists
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.orgs (org_id, name) values ('{foreign}', 'x') on conflict do nothing;
