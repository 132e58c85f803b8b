-- name: Create a logical replication slot
-- claim: logical decoding bypasses the policies
-- runs: everyone
-- expect: 42501 or 55000
-- naive: holds
select pg_create_logical_replication_slot('s', 'test_decoding') as breach;
