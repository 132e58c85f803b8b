-- name: Run ALTER ROLE ... SET for later sessions
-- claim: default settings of the role change the results of other orgs
-- runs: everyone
-- accepts: denial-of-service
-- expect: own rows
-- naive: crosses
-- @transaction rollback
alter role callintel_app set default_transaction_read_only = on;
select 'breach: sessions of the role can be made read-only' as breach;
