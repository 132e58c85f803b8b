-- name: An insert with the other org's id
-- claim: the org of a row is what the statement says
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.contacts (org_id, id, created_by) values ('{foreign}', gen_random_uuid(), '{me}');
