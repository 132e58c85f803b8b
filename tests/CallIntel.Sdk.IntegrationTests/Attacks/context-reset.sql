-- name: Reset the context
-- claim: the default of the setting allows access
-- runs: everyone
-- expect: CI001
-- naive: holds
reset {setting};
select nullif(org_id <> '{own}', false) as breach from callintel.events limit 1;
