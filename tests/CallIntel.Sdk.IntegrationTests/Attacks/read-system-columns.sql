-- name: xmin, cmin and tableoid as filters
-- claim: system columns are free of policies
-- runs: everyone
-- expect: 42703
-- naive: holds
select tableoid::regclass, xmin, nullif(org_id <> '{own}', false) as breach from callintel.events where xmin::text::bigint > 0;
