-- name: Set a forged context without a token
-- claim: no token is needed
-- runs: everyone
-- expect: CI001
-- naive: crosses
-- @transaction without context
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
select *, 1 as breach from callintel.event_contents where org_id = '{foreign}' limit 5;
