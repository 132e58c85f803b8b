-- name: Read partition bounds
-- claim: partition bounds reveal ids of rows
-- runs: everyone
-- expect: own rows
-- naive: holds
select pg_get_expr(relpartbound, oid) from pg_class where relispartition and relname like 'events%' and relkind = 'r';
