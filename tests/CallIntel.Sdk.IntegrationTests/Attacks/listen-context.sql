-- name: Read a custom setting of the victim in a later session
-- claim: settings survive on a pooled connection
-- runs: everyone
-- expect: own rows
-- naive: holds
-- @transaction as foreign
select set_config('host.note', current_setting('{setting}'), true);
-- @transaction
select nullif(current_setting('host.note', true), '') as breach;
