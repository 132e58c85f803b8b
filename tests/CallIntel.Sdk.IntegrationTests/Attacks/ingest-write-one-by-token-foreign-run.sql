-- name: A write of one event by one's own token that counts into a foreign run
-- claim: another org's run and stream are counted up
-- runs: admin, owner
-- expect: CI022
-- naive: holds
select callintel.write_event('{token}', '{foreign_source}', r.id, r.stream_id, callintel.first_id('2026-01-05'), '2026-01-05', null, null, null, 1::smallint, 1::smallint, 1::smallint, null, null, null, null, null, null, null, null) as breach
  from (select '{foreign_run}'::uuid as id, '{foreign_stream}'::uuid as stream_id) r;
