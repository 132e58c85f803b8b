-- name: Read the definitions of views and rules
-- claim: definitions contain values of rows
-- runs: everyone
-- expect: own rows
-- naive: holds
select pg_get_viewdef('callintel.sync_health'::regclass), pg_get_constraintdef(c.oid) from pg_constraint c
    join pg_class r on r.oid = c.conrelid where r.relname = 'events';
