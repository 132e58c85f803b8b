-- name: Move a cursor of another org with record_batch
-- claim: cursors of other orgs can be moved
-- runs: member, admin, owner
-- expect: CI020
-- naive: holds
select callintel.record_batch('{foreign_run}', '{foreign_stream}', 0, 0, 0, 0, now(), '{}', '{}', '{}', '{}', null,
    'moved', '{}');
