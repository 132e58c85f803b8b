-- name: Filter by xmin, cmin and tableoid
-- claim: system columns bypass the policy
-- runs: everyone
-- expect: 42703
-- naive: holds
select tableoid::regclass, xmin, nullif(org_id <> '{own}', false) as breach from callintel.events
    where xmin::text::bigint > 0;
