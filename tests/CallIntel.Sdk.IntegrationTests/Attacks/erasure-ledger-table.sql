-- name: Change the ledger of erasures
-- claim: entries of the ledger can be changed
-- runs: everyone
-- expect: 42501
-- naive: holds
-- @transaction rollback
update callintel_private.erasure_ledger set contacts = '{}';
