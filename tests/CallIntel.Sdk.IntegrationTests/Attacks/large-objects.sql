-- name: Read large objects of the role
-- claim: other orgs store data in large objects
-- runs: everyone
-- expect: no rows
-- naive: holds
select loid as breach from pg_largeobject_metadata m (loid) where false union all select oid
    from pg_largeobject_metadata;
