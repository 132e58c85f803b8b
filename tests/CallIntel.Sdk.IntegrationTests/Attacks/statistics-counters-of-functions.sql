-- name: Call functions that count rows read in the transaction
-- claim: counters of unreadable relations are available by oid
-- runs: everyone
-- expect: no rows
-- naive: holds
-- with pg-stat-get-xact-tuples-fetched: function = pg_stat_get_xact_tuples_fetched
-- with pg-stat-get-xact-tuples-returned: function = pg_stat_get_xact_tuples_returned
-- with pg-stat-get-tuples-fetched: function = pg_stat_get_tuples_fetched
-- with pg-stat-get-tuples-returned: function = pg_stat_get_tuples_returned
select 1 as breach where has_function_privilege('pg_catalog.{function}(oid)', 'execute');
