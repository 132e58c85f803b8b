-- name: Destroy the key of a conversation with a contact that is hidden
-- claim: an admin without a purpose finds out with whom a hidden contact has a conversation, and destroys its content
-- runs: admin, owner
-- expect: CI152
-- naive: holds
-- @transaction rollback
select count(x.granted) from callintel.get_or_create_data_keys(
        array['person'], array['{own_contact}'::uuid], array[1::bigint], '{}', '{}', '{}') k
 cross join lateral callintel.get_or_create_data_keys(
        array['conversation'], array['{random}'::uuid], array[1::bigint], array[sha256('{random}')], array[1],
        array['\x00'::bytea || k.key_id || substr(sha256('a') || sha256('b'), 1, 61)]) x;
select callintel.set_privacy_rule('{own_contact}', 3::smallint, '{}', false, false, null);
select k as breach from callintel.shred_data_keys('conversation', '{random}') k;
