-- name: Set an empty context
-- claim: an empty context allows everything
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('{setting}', '', true);
select nullif(org_id <> '{own}', false) as breach from callintel.events limit 1;
