-- name: Call erase_events before the copy of the ledger is confirmed
-- claim: data is deleted before the ledger is outside of the database
-- runs: admin, owner
-- expect: CI374
-- naive: holds
-- @transaction rollback
select callintel.erase_events('{own_request}', 10);
