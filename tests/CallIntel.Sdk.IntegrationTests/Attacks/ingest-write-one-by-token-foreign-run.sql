-- name: Write one event with an own token and count it in a run of another org
-- claim: the counters of a run of another org change
-- runs: admin, owner
-- expect: CI022
-- naive: holds
select callintel.write_event('{token}', '{foreign_source}', r.id, r.stream_id, callintel.first_id('2026-01-05'),
    '2026-01-05', null, null, null, 1::smallint, 1::smallint, 1::smallint, null, null, null, null, null, null, null,
    null) as breach
  from (select '{foreign_run}'::uuid as id, '{foreign_stream}'::uuid as stream_id) r;
