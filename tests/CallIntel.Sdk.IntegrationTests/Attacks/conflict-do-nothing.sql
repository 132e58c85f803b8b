-- name: Insert with ON CONFLICT DO NOTHING
-- claim: the row count reveals that a row of another org exists
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.contacts (org_id, id, created_by) values ('{foreign}', '{foreign_contact}', '{me}')
    on conflict do nothing;
