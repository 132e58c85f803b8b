-- name: Aggregates over everything
-- claim: counts are made before the policy
-- runs: everyone
-- expect: own rows
-- naive: holds
select count(*) filter (where org_id = '{foreign}') as breach, max(external_id), string_agg(distinct external_id, ',') from callintel.events;
