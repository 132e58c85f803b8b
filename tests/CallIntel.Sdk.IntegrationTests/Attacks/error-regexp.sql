-- name: A broken pattern beside foreign rows
-- claim: the planner evaluates filters on hidden values
-- runs: everyone
-- expect: no rows
-- naive: holds
select 1 as breach from callintel.events where org_id = '{foreign}' and external_id ~ (case when external_id like 'canary%' then '[' else 'x' end);
