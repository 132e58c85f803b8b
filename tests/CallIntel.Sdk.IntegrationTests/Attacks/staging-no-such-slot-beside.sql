-- name: Use a slot that does not exist in a concurrent batch
-- claim: the number of the slot is concatenated into a statement
-- runs: member, admin, owner
-- expect: CI021
-- naive: holds
select callintel.merge_new(2147483647, gen_random_uuid());
