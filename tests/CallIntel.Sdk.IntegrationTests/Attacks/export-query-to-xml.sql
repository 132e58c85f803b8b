-- name: query_to_xml
-- claim: a query inside of a function has no policy
-- runs: everyone
-- expect: own rows
-- naive: holds
select query_to_xml('select external_id from callintel.events where org_id = ''{foreign}''', true, false, '') as x;
