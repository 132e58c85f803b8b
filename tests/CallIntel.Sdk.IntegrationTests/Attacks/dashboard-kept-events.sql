-- name: Call count_kept_events for all time
-- claim: counts of hidden events include other orgs
-- runs: everyone
-- expect: 42883
-- naive: holds
select sum(events) filter (where events > 8) as breach, count(*)
  from callintel.count_kept_events('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '2020-01-01', '2040-01-01', 'day', 'UTC');
