-- name: query_to_xml over the tables of keys
-- claim: a query inside of a function has other rights
-- runs: everyone
-- expect: 42501
-- naive: holds
select query_to_xml('select * from callintel_private.signing_keys', true, false, '') as breach;
