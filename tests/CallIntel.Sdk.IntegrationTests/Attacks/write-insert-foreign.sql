-- name: Insert a row with the id of the other org
-- claim: the statement determines the org of a row
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.contacts (org_id, id, created_by) values ('{foreign}', gen_random_uuid(), '{me}');
