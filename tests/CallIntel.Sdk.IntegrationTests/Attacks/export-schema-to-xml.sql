-- name: schema_to_xml of ours
-- claim: a query inside of a function has no policy
-- runs: everyone
-- expect: own rows or 42501 or 0A000
-- naive: holds
select length(schema_to_xml('callintel', true, false, '')::text) > 0;
