-- name: Use serializable isolation as a signal
-- claim: serialization failures reveal writes of other orgs
-- runs: everyone
-- expect: own rows
-- naive: holds
-- @outside
begin isolation level serializable read only deferrable;
-- @outside
rollback;
select 1;
