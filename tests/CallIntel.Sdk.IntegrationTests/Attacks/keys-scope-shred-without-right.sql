-- name: Destroy a key that protects values of the org
-- claim: an admin destroys the evidence of data subject requests, or the names of members and lines
-- runs: viewer, analyst, member, admin
-- expect: CI005
-- naive: holds
-- with requests: purpose = scope/requests
-- with directory: purpose = scope/directory
-- with invented: purpose = person2
-- @transaction rollback
select count(x.granted) from callintel.get_or_create_data_keys(
    array['scope/requests'], array['{random}'::uuid], array[1::bigint], array[sha256('{random}')], array[1],
    array[substr(sha256('a') || sha256('b'), 1, 61)]) x;
-- @next
select k as breach from callintel.shred_data_keys('{purpose}', '{random}') k;
