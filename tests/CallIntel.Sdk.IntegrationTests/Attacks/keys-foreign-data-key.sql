-- name: Call fetch_data_keys for a key of another org
-- claim: keys of other orgs can be read
-- runs: member, analyst, admin, owner
-- expect: no rows
-- naive: holds
select wrapped as breach from callintel.fetch_data_keys(array['{foreign_key}'::bytea]);
