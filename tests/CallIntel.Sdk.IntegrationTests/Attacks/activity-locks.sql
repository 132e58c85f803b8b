-- name: Locks of others
-- claim: locks tell what others do
-- runs: everyone
-- accepts: activity
-- expect: own rows
-- naive: crosses
-- @transaction as foreign
select count(*) from callintel.events;
-- @transaction on b
select count(*) as breach from pg_locks where pid <> pg_backend_pid() and relation = 'callintel.events'::regclass;
