-- name: Insert rows for the other org with MERGE
-- claim: MERGE checks inserted rows less strictly
-- runs: everyone
-- expect: 55000 or 0A000
-- naive: holds
merge into callintel.contacts c using (values (1)) as v (n) on c.id = '{foreign_contact}' and c.org_id = '{foreign}'
 when not matched then insert (org_id, id, created_by) values ('{foreign}', '{foreign_contact}', '{me}');
