-- name: Change the context between OPEN and FETCH
-- claim: a cursor determines its org when the first row is fetched
-- runs: everyone
-- expect: CI001
-- naive: crosses
declare c cursor for select *, 1 as breach from callintel.events where org_id = '{foreign}';
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
fetch all from c;
