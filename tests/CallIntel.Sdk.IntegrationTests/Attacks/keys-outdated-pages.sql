-- name: Call read_outdated_data_keys from the first id
-- claim: a page contains keys of other orgs
-- runs: owner
-- expect: own rows
-- naive: holds
select key_id, nullif(position('{foreign_key}' in key_id::text), 0) as breach
    from callintel.read_outdated_data_keys(2147483647, null, 1000000);
