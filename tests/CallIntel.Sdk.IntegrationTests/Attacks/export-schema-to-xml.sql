-- name: Call schema_to_xml for the schema of the package
-- claim: a query in a function is not subject to policies
-- runs: everyone
-- expect: own rows or 42501 or 0A000
-- naive: holds
select length(schema_to_xml('callintel', true, false, '')::text) > 0;
