-- name: Views and rules as text
-- claim: definitions quote values
-- runs: everyone
-- expect: own rows
-- naive: holds
select pg_get_viewdef('callintel.sync_health'::regclass), pg_get_constraintdef(c.oid) from pg_constraint c where c.conrelid = 'callintel.events'::regclass;
