-- name: Call fetch_data_keys as a role that may not read content
-- claim: a role that may not read content gets keys
-- runs: viewer
-- expect: CI005
-- naive: holds
select wrapped as breach from callintel.fetch_data_keys(array['{foreign_key}'::bytea]);
