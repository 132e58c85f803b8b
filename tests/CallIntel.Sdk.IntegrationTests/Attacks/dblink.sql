-- name: A connection back to the server
-- claim: a function connects with other rights
-- runs: everyone
-- expect: 42883
-- naive: holds
select dblink_connect('dbname={database}');
