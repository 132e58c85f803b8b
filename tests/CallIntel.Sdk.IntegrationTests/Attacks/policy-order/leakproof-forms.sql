-- name: Forms of a leakproof clause with a sub-select
-- claim: clauses that cost nothing or count as leakproof run before the policy
-- runs: everyone
-- expect: CI001 or no rows or own rows or 42501 or 42809 or 42703
-- naive: crosses
-- with case: relation = callintel.events | clause = case when t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with case-simple: relation = callintel.events | clause = case t.duration_s when 599 then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with case-nested: relation = callintel.events | clause = case when t.duration_s > 598 then case when t.channel = 4 then (select set_config('leak.seen', 'yes', true) is null) end end
-- with or: relation = callintel.events | clause = (t.duration_s <= 598 or (select set_config('leak.seen', 'yes', true) is null))
-- with not-and: relation = callintel.events | clause = not (t.duration_s > 598 and (select set_config('leak.seen', 'yes', true) is null))
-- with and-is-not-true: relation = callintel.events | clause = (t.duration_s > 598 and (select set_config('leak.seen', 'yes', true) is null)) is not true
-- with is-unknown: relation = callintel.events | clause = (t.duration_s > 598 and (select set_config('leak.seen', 'yes', true) is null)) is unknown
-- with distinct-from: relation = callintel.events | clause = (t.duration_s is distinct from 599 or (select set_config('leak.seen', 'yes', true) is null))
-- with is-not-null: relation = callintel.events | clause = case when t.org_id = '{foreign}' and t.duration_s is not null then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with is-null: relation = callintel.invitations | clause = case when t.org_id = '{foreign}' and t.accepted_at is null then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with row-of-two: relation = callintel.events | clause = (t.duration_s, 1) > (599, (select length(set_config('leak.seen', 'yes', true))))
-- with row-of-three: relation = callintel.events | clause = (t.duration_s, t.channel, 1) >= (599, 4::smallint, (select length(set_config('leak.seen', 'yes', true))))
-- with row-is-null: relation = callintel.events | clause = case when t.org_id = '{foreign}' and row(t.duration_s, t.member_id) is not null then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with any-of-sub-select: relation = callintel.events | clause = t.duration_s = any (array[(select length(set_config('leak.seen', 'yes', true)))])
-- with all-of-sub-select: relation = callintel.events | clause = t.duration_s <> all (array[(select length(set_config('leak.seen', 'yes', true)))])
-- with equals-sub-select: relation = callintel.orgs | clause = t.name = (select set_config('leak.seen', 'yes', true))
-- with array-subscript: relation = callintel.events | clause = case when ('{7,8,9}'::integer[])[t.direction] is not null then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with json-subscript: relation = callintel.orgs | clause = case when t.org_id = '{foreign}' and ('{"a": 1}'::jsonb)[t.name] is null then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with collation: relation = callintel.orgs | clause = case when t.name >= 'canary' collate "C" then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with domain: relation = callintel.event_contents | clause = case when t.body::bytea >= '\xc10100'::bytea then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with system-column: relation = callintel.events | clause = case when t.tableoid >= 1::oid then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with whole-row: relation = callintel.events | clause = case when t is not null or t.duration_s > 598 then (select set_config('leak.seen', 'yes', true) is null) else false end | naive = holds
-- with boolean-column: relation = callintel.privacy_rules | clause = case when t.org_id = '{foreign}' and t.no_search is false then (select set_config('leak.seen', 'yes', true) is null) else false end
-- with current-user: relation = callintel.orgs | clause = case when current_user is not null and t.name >= 'canary' then (select set_config('leak.seen', 'yes', true) is null) else false end
set local max_parallel_workers_per_gather = 0;
set local enable_indexscan = off;
set local enable_indexonlyscan = off;
set local enable_bitmapscan = off;
select count(*) from {relation} t where t.org_id = any (array['{foreign}'::uuid]) and {clause};
select nullif(current_setting('leak.seen', true), '') as breach;
