-- name: A member writes one event of another member
-- claim: a member writes in others' names
-- runs: member
-- expect: CI005
-- naive: holds
select callintel.write_event(null, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), callintel.first_id('2026-01-05'), '2026-01-05', null, '{own_owner}', null, 1::smallint, 1::smallint, 1::smallint, null, null, null, null, null, null, null, null) as breach;
