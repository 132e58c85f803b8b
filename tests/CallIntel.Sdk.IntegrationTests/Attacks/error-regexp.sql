-- name: Use an invalid pattern on rows of another org
-- claim: the planner evaluates conditions on hidden values
-- runs: everyone
-- expect: no rows
-- naive: holds
select 1 as breach from callintel.events where org_id = '{foreign}'
    and external_id ~ (case when external_id like 'canary%' then '[' else 'x' end);
