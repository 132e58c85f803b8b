-- name: Copy a value of another org into a protected column
-- claim: the error message contains a row of another org
-- runs: everyone
-- expect: 55000
-- naive: holds
update callintel.contact_profiles set display_name = convert_to(display_name::text, 'UTF8') where org_id = '{foreign}';
