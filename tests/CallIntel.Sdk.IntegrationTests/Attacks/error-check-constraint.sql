-- name: A check constraint that echoes the failing row
-- claim: the message shows a foreign row
-- runs: everyone
-- expect: 55000
-- naive: holds
update callintel.contact_numbers set kind = 99 where org_id = '{foreign}';
