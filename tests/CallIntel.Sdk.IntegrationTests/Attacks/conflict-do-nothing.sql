-- name: ON CONFLICT DO NOTHING as a question
-- claim: doing nothing tells that a row exists
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.contacts (org_id, id, created_by) values ('{foreign}', '{foreign_contact}', '{me}') on conflict do nothing;
