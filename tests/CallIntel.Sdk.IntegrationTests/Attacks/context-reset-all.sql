-- name: Run RESET ALL
-- claim: the default of the setting allows access
-- runs: everyone
-- expect: CI001
-- naive: holds
reset all;
select 1 as breach from callintel.events where org_id = '{foreign}' limit 1;
