-- name: Call query_to_xml
-- claim: a query in a function is not subject to policies
-- runs: everyone
-- expect: own rows
-- naive: holds
select query_to_xml('select external_id from callintel.events where org_id = ''{foreign}''', true, false, '') as x;
