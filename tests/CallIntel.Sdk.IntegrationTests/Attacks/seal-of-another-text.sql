-- name: One's own genuine seal beside the other org's text
-- claim: seal and text are not tied
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', '{foreign},' || substr(current_setting('callintel.context'), 38), true);
select *, 1 as breach from callintel.contacts where org_id = '{foreign}' limit 5;
