-- name: TRUNCATE, which no policy sees
-- claim: policies do not hold for TRUNCATE
-- runs: everyone
-- expect: 42809
-- naive: holds
truncate callintel.contact_numbers;
