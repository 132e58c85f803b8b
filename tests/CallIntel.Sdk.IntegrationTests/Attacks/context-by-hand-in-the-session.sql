-- name: A context written by hand for the whole session
-- claim: a value outside the transaction is believed
-- runs: everyone
-- expect: CI001
-- naive: crosses
select set_config('{setting}', '{forged}', false), set_config('callintel.seal', '{forged_seal}', false);
-- @transaction without context
select *, 1 as breach from callintel.contacts where org_id = '{foreign}' limit 5;
-- @outside
reset {setting};
reset callintel.seal;
