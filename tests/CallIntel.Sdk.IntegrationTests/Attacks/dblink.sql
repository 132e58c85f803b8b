-- name: Connect back to the server
-- claim: a function connects with other privileges
-- runs: everyone
-- expect: 42883
-- naive: holds
select dblink_connect('dbname={database}');
