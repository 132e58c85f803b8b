-- name: Truncate a table
-- claim: TRUNCATE bypasses the policies
-- runs: everyone
-- expect: 42809
-- naive: holds
truncate callintel.contact_numbers;
