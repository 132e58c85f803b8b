-- name: Change the context before a cursor WITH HOLD is materialized at commit
-- claim: the cursor determines its org at commit
-- runs: everyone
-- expect: CI001
-- naive: crosses
declare h2 cursor with hold for select external_id as breach from callintel.events where org_id = '{foreign}';
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
-- @transaction without context
fetch all from h2;
