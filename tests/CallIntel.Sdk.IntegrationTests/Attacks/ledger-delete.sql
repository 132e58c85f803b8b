-- name: Delete entries of the access ledger
-- claim: a member removes the traces of what was read
-- runs: everyone
-- expect: 55000
-- naive: holds
delete from callintel.access_log;
