-- name: Read wrapped keys of contacts
-- claim: the table of data keys is readable
-- runs: everyone
-- expect: 42501
-- naive: holds
select wrapped as breach from callintel_private.data_keys where org_id = '{foreign}';
