-- name: Run COMMIT AND CHAIN after opening a context
-- claim: a chained transaction inherits the context
-- runs: everyone
-- expect: CI001
-- naive: holds
commit and chain;
select nullif(org_id <> '{own}', false) as breach from callintel.events limit 1;
