-- name: Use grouping sets and ordered aggregates
-- claim: groups include rows that the policy hides
-- runs: everyone
-- expect: own rows
-- naive: holds
select org_id, percentile_disc(0.5) within group (order by external_id), nullif(org_id <> '{own}', false) as breach
    from callintel.events group by cube (org_id, channel);
