-- name: Write one event in a forged context with a token signed by a key of the attacker
-- claim: the token is not verified if there is a context
-- runs: everyone
-- expect: CI002
-- naive: holds
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
select callintel.write_event('{token:unsigned}', '{foreign_source}', '{foreign_run}', '{foreign_stream}',
    callintel.first_id('2026-01-05'), '2026-01-05', null, '{foreign_owner}', null, 1::smallint, 1::smallint,
    1::smallint, null, null, null, null, null, null, null, null) as breach;
