-- name: A protected column given plaintext by way of a foreign row
-- claim: the message shows a foreign row
-- runs: everyone
-- expect: 55000
-- naive: holds
update callintel.contact_profiles set display_name = convert_to(display_name::text, 'UTF8') where org_id = '{foreign}';
