-- name: fetch_data_keys by a role without content
-- claim: a role without content gets keys
-- runs: viewer
-- expect: CI005
-- naive: holds
select wrapped as breach from callintel.fetch_data_keys(array['{foreign_key}'::bytea]);
