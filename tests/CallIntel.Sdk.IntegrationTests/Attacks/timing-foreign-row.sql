-- name: Measure the time of a function that sleeps for each row of another org
-- claim: a condition of the attacker is evaluated before the policy
-- runs: everyone
-- expect: no rows
-- naive: crosses
set local statement_timeout = '5s';
-- an index would lead past the rows of others, whatever the order of the conditions
set local enable_indexscan = off;
set local enable_bitmapscan = off;
select 1 as breach from callintel.contacts where case when org_id = '{foreign}' then pg_sleep(20) is not null end;
