-- name: Remove months of the ledgers
-- claim: entries are removed as if they were old
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel.remove_ledger_months('2027-01-01');
