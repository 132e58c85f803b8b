-- name: A write of one event under a context written by hand, by a token signed by a key of the attacker's own
-- claim: a context that is there already spares the look at the token
-- runs: everyone
-- expect: CI002
-- naive: holds
select set_config('{setting}', '{forged}', true), set_config('callintel.seal', '{forged_seal}', true);
select callintel.write_event('{token:unsigned}', '{foreign_source}', '{foreign_run}', '{foreign_stream}', callintel.first_id('2026-01-05'), '2026-01-05', null, '{foreign_owner}', null, 1::smallint, 1::smallint, 1::smallint, null, null, null, null, null, null, null, null) as breach;
