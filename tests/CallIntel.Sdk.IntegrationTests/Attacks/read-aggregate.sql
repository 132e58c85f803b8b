-- name: Aggregate all rows
-- claim: aggregates include rows that the policy hides
-- runs: everyone
-- expect: own rows
-- naive: holds
select count(*) filter (where org_id = '{foreign}') as breach, max(external_id), string_agg(distinct external_id, ',')
    from callintel.events;
