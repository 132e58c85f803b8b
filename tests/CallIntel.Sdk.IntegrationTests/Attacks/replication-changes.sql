-- name: Changes of a slot
-- claim: changes can be decoded past the policies
-- runs: everyone
-- expect: 42501
-- naive: holds
select data as breach from pg_logical_slot_peek_changes('any', null, null);
