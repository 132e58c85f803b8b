-- name: The setting is changed between OPEN and FETCH
-- claim: a cursor decides its org at the first row
-- runs: everyone
-- expect: CI001
-- naive: crosses
declare c cursor for select *, 1 as breach from callintel.events where org_id = '{foreign}';
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
fetch all from c;
