-- name: Pass another org to the query of a dashboard
-- claim: dashboards take the org from a parameter
-- runs: everyone
-- expect: no rows
-- naive: holds
prepare d (uuid, uuid, uuid) as
select date_bin('1 day', e.occurred_at, timestamptz '2026-01-01') as day, count(*) as breach
  from callintel.events e where e.org_id = $1 and e.id >= $2 and e.id < $3 group by 1;
execute d ('{foreign}', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff');
deallocate d;
