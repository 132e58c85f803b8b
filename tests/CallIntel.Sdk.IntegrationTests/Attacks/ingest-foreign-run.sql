-- name: Call record_batch for a run of another org
-- claim: counters and rejects of other orgs can be written
-- runs: member, admin, owner
-- expect: 23503
-- naive: holds
select callintel.record_batch('{foreign_run}', '{foreign_stream}', 1, 1, 0, 0, now(), array[1::bigint], array['x'],
    array[null::bytea], array['line 1'], null, null, '{}');
