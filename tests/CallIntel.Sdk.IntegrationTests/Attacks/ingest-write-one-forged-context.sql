-- name: Write one event in a forged context
-- claim: the function whose policies trust the context accepts any text
-- runs: everyone
-- expect: CI001
-- naive: holds
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
select callintel.write_event(null, '{foreign_source}', '{foreign_run}', '{foreign_stream}',
    callintel.first_id('2026-01-05'), '2026-01-05', null, '{foreign_owner}', null, 1::smallint, 1::smallint,
    1::smallint, null, null, null, null, null, null, null, null) as breach;
