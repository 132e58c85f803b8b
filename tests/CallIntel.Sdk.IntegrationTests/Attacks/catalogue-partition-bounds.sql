-- name: Bounds of partitions
-- claim: bounds tell ids
-- runs: everyone
-- expect: own rows
-- naive: holds
select pg_get_expr(relpartbound, oid) from pg_class where relispartition and relname like 'events%' and relkind = 'r';
