-- name: The same view by its number
-- claim: a view is reached without naming its schema
-- runs: everyone
-- expect: 42501
-- naive: holds
select table_to_xml((select c.oid::regclass from pg_class c where c.relname = 'session_context'), true, false, '') as breach;
