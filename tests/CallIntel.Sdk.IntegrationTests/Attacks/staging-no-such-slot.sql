-- name: Slots that do not exist
-- claim: the slot's number becomes part of a statement
-- runs: member, admin, owner
-- expect: CI021
-- naive: holds
select callintel.merge_batch(2147483647, '{foreign_source}', true);
