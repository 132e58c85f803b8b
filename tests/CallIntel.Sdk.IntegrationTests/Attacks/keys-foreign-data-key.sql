-- name: fetch_data_keys by a foreign id
-- claim: keys of other orgs can be fetched
-- runs: member, analyst, admin, owner
-- expect: no rows
-- naive: holds
select wrapped as breach from callintel.fetch_data_keys(array['{foreign_key}'::bytea]);
