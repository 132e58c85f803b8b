-- name: ALTER ROLE ... SET for all sessions to come
-- claim: settings of the role change what others see
-- runs: everyone
-- accepts: denial-of-service
-- expect: own rows
-- naive: crosses
-- @transaction rollback
alter role callintel_app set default_transaction_read_only = on;
select 'breach: sessions of the role can be made read-only' as breach;
