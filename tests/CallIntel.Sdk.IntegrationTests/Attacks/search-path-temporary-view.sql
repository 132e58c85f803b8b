-- name: A temporary view with the table's name
-- claim: the host reads what the attacker made
-- runs: everyone
-- expect: 42501
-- naive: holds
create temporary view context_key as select 1;
