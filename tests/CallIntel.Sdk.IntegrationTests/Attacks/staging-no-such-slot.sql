-- name: Use a slot that does not exist
-- claim: the number of the slot is concatenated into a statement
-- runs: member, admin, owner
-- expect: CI021
-- naive: holds
select callintel.merge_batch(2147483647, '{foreign_source}', true);
