-- name: Run PREPARE TRANSACTION
-- claim: a context survives in a prepared transaction
-- runs: everyone
-- expect: 55000
-- naive: holds
prepare transaction 'mine';
