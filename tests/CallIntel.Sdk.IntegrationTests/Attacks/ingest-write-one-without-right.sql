-- name: Write one event without the permission
-- claim: events are stored without the permission
-- runs: viewer, analyst
-- expect: CI005
-- naive: holds
select callintel.write_event(null, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
    callintel.first_id('2026-01-05'), '2026-01-05', null, null, null, 1::smallint, 1::smallint, 1::smallint, null, null,
    null, null, null, null, null, null) as breach;
