-- name: The genuine seal in capitals, and blanks around the text
-- claim: two texts have one seal
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', current_setting('callintel.context') || ' ', true);
select nullif(org_id <> '{own}', false) as breach from callintel.orgs;
