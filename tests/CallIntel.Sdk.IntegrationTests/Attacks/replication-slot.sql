-- name: A logical replication slot
-- claim: changes can be decoded past the policies
-- runs: everyone
-- expect: 42501 or 55000
-- naive: holds
select pg_create_logical_replication_slot('s', 'test_decoding') as breach;
