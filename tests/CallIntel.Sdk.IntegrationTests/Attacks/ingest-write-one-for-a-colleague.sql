-- name: Write one event of another member
-- claim: a member can write as another member
-- runs: member
-- expect: CI005
-- naive: holds
select callintel.write_event(null, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
    callintel.first_id('2026-01-05'), '2026-01-05', null, '{own_owner}', null, 1::smallint, 1::smallint, 1::smallint,
    null, null, null, null, null, null, null, null) as breach;
