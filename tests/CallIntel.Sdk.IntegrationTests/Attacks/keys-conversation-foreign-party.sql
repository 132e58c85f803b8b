-- name: Wrap the key of a conversation for a party of another org
-- claim: a key of another org can become that of a party
-- runs: member, admin, owner
-- expect: CI128
-- naive: holds
-- @transaction rollback
select granted from callintel.get_or_create_data_keys(array['conversation'], array['{random}'::uuid],
    array[1::bigint], array[sha256('{random}')], array[1],
    array['\x00'::bytea || '{foreign_key}'::bytea || substr(sha256('a') || sha256('b'), 1, 61)]);
