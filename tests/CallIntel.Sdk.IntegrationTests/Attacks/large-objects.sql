-- name: Large objects that belong to the role
-- claim: other orgs keep things there
-- runs: everyone
-- expect: no rows
-- naive: holds
select loid as breach from pg_largeobject_metadata m (loid) where false union all select oid from pg_largeobject_metadata;
