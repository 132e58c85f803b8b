-- name: Compute a seal without the key
-- claim: the seal is a digest without a key
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', '{foreign},{foreign_owner},00000,100000000,131071', true),
       set_config('callintel.seal', encode(sha256(timestamptz_send(transaction_timestamp()) ||
           convert_to('{foreign},{foreign_owner},00000,100000000,131071', 'UTF8')), 'hex'), true);
select *, 1 as breach from callintel.events where org_id = '{foreign}' limit 5;
