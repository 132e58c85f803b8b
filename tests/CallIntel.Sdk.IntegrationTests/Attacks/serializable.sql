-- name: Serializable isolation as a signal
-- claim: serialization failures tell what others write
-- runs: everyone
-- expect: own rows
-- naive: holds
-- @outside
begin isolation level serializable read only deferrable;
-- @outside
rollback;
select 1;
