-- name: Slots that do not exist, beside other batches
-- claim: the slot's number becomes part of a statement
-- runs: member, admin, owner
-- expect: CI021
-- naive: holds
select callintel.merge_new(2147483647, gen_random_uuid());
