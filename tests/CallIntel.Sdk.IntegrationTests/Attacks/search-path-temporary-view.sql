-- name: Create a temporary view with the name of a table of the package
-- claim: the host reads the view of the attacker
-- runs: everyone
-- expect: 42501
-- naive: holds
create temporary view context_key as select 1;
