-- name: Read the context view by its oid
-- claim: a view can be read without usage on its schema
-- runs: everyone
-- expect: 42501
-- naive: holds
select table_to_xml((select c.oid::regclass from pg_class c where c.relname = 'session_context'), true, false,
    '') as breach;
