-- name: Read changes from a replication slot
-- claim: logical decoding bypasses the policies
-- runs: everyone
-- expect: 42501
-- naive: holds
select data as breach from pg_logical_slot_peek_changes('any', null, null);
