-- name: Propose a key id of another org for a new key
-- claim: a key id reveals that a key exists
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select granted from callintel.get_or_create_data_keys(array['person'], array['{random}'::uuid], array[1::bigint],
    array['{foreign_key}'::bytea], array[1], array[substr(sha256('a') || sha256('b'), 1, 61)]);
