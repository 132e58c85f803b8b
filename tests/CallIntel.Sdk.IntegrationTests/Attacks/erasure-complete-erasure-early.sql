-- name: Call complete_erasure before the copy of the ledger is confirmed
-- claim: data is deleted before the ledger is outside of the database
-- runs: admin, owner
-- expect: CI374
-- naive: holds
-- @transaction rollback
select callintel.complete_erasure('{own_request}', 'x');
