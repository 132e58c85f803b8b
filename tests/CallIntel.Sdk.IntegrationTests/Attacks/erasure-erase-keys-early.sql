-- name: Call erase_keys before the copy of the ledger is confirmed
-- claim: data is deleted before the ledger is outside of the database
-- runs: admin, owner
-- expect: CI374
-- naive: holds
-- @transaction rollback
select callintel.erase_keys('{own_request}');
