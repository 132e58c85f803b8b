-- name: Write one event in a context without a seal
-- claim: a context without a seal is accepted
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '', true);
select callintel.write_event(null, '{foreign_source}', '{foreign_run}', '{foreign_stream}',
    callintel.first_id('2026-01-05'), '2026-01-05', null, '{foreign_owner}', null, 1::smallint, 1::smallint,
    1::smallint, null, null, null, null, null, null, null, null) as breach;
