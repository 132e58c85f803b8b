-- name: Time spent on a foreign id, by a function that sleeps for each row
-- claim: a filter of the attacker's runs before the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
set local statement_timeout = '5s';
select 1 as breach from callintel.contacts where org_id = '{foreign}' and pg_sleep(20) is not null;
