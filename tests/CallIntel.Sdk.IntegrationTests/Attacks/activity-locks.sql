-- name: Read locks of other sessions
-- claim: locks reveal the activity of other orgs
-- runs: everyone
-- accepts: activity
-- expect: own rows
-- naive: crosses
-- @transaction as foreign
select count(*) from callintel.events;
-- @transaction on b
select count(*) as breach from pg_locks where pid <> pg_backend_pid() and relation = 'callintel.events'::regclass;
