-- name: Set a context that cannot be parsed
-- claim: rows are returned before the parse error
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('callintel.context', 'zz', true);
select nullif(org_id <> '{own}', false) as breach from callintel.events limit 1;
