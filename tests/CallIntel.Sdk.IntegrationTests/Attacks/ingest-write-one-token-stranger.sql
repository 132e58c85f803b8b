-- name: Write one event with a token for an org in which the member has no role
-- claim: the token of a write is not verified
-- runs: everyone
-- expect: CI004
-- naive: holds
select callintel.write_event('{token:stranger}', '{foreign_source}', '{foreign_run}', '{foreign_stream}',
    callintel.first_id('2026-01-05'), '2026-01-05', null, '{foreign_owner}', null, 1::smallint, 1::smallint,
    1::smallint, null, null, null, null, null, null, null, null) as breach;
