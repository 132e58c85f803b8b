-- name: Set the role whose policies trust the context
-- claim: the role of the application is a member of it
-- runs: everyone
-- expect: 42501
-- naive: holds
select set_config('{setting}', '{forged}', true);
set local role callintel_writer;
insert into callintel.audit_log (org_id, id, member_id, action, object)
    values ('{foreign}', gen_random_uuid(), '{foreign_owner}', 'ingest', 'events') returning org_id as breach;
