-- name: Set a forged context
-- claim: a role that can set a parameter can choose the org
-- runs: everyone
-- expect: CI001
-- naive: crosses
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
select *, 1 as breach from callintel.events where org_id = '{foreign}' limit 5;
