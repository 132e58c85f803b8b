-- name: Call replace_data_keys for a key of another org
-- claim: keys of other orgs can be overwritten
-- runs: owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(callintel.replace_data_keys(array['{foreign_key}'::bytea], array[1], array[1],
    array[substr(sha256('a') || sha256('b'), 1, 61)]), 0) as breach;
