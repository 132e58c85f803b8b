-- name: A write of one event by a token with the attacker's signature and the victim's claims
-- claim: the token of a write is believed
-- runs: everyone
-- expect: CI002
-- naive: holds
select callintel.write_event('{token:spliced}', '{foreign_source}', '{foreign_run}', '{foreign_stream}', callintel.first_id('2026-01-05'), '2026-01-05', null, '{foreign_owner}', null, 1::smallint, 1::smallint, 1::smallint, null, null, null, null, null, null, null, null) as breach;
