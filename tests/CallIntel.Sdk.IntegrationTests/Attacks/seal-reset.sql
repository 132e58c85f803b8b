-- name: Set a context of the other org without a seal
-- claim: null passes the comparison
-- runs: everyone
-- expect: CI001
-- naive: holds
reset callintel.seal;
select set_config('callintel.context', '{foreign},{foreign_owner},00000,100000000,131071', true);
select *, 1 as breach from callintel.events where org_id = '{foreign}' limit 5;
