-- name: Set a forged context for the session
-- claim: a context that was set outside the transaction is accepted
-- runs: everyone
-- expect: CI001
-- naive: crosses
select set_config('{setting}', '{forged}', false), set_config('callintel.seal', '{forged_seal}', false);
-- @transaction without context
select *, 1 as breach from callintel.contacts where org_id = '{foreign}' limit 5;
-- @outside
reset {setting};
reset callintel.seal;
