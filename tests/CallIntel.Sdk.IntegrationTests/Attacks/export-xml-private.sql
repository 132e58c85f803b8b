-- name: Call query_to_xml for tables of keys
-- claim: a query in a function runs with other privileges
-- runs: everyone
-- expect: 42501
-- naive: holds
select query_to_xml('select * from callintel_private.signing_keys', true, false, '') as breach;
