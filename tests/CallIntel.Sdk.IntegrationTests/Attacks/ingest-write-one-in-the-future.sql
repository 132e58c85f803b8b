-- name: Store one record of the year 2098 and count it into a rolling run
-- claim: the watermark of a stream is in the future for good
-- runs: member, admin, owner, ingester
-- expect: CI022
-- naive: holds
-- @transaction rollback
select callintel.write_event(null, s.source_id, s.run_id, s.stream_id, callintel.first_id('2098-01-01Z'),
           '2098-01-01Z', null, '{me}', 1, 1::smallint, 1::smallint, 1::smallint, null, null, null, null, null, null,
           null, null) as breach
  from callintel.start_run('future', 'future', 'future', true) s;
