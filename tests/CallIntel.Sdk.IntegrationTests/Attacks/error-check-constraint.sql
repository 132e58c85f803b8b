-- name: Violate a check constraint that reports the row
-- claim: the error message contains a row of another org
-- runs: everyone
-- expect: 55000
-- naive: holds
update callintel.contact_numbers set kind = 99 where org_id = '{foreign}';
