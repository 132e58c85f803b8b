-- name: Write events of another member
-- claim: a member can write as another member
-- runs: member
-- expect: CI005
-- naive: holds
select inserted as breach from callintel.write_events(gen_random_uuid(), false,
    array[callintel.first_id('2026-01-05')::uuid], array[timestamptz '2026-01-10 10:00:00Z'], array[null::uuid],
    array['{own_owner}'::uuid], array[null::integer], array[1::smallint], array[1::smallint], array[1::smallint],
    array[null::smallint], array[null::text], array[null::bytea], array[null::bytea], array[null::bytea],
    array[null::timestamptz], array[null::smallint], array[null::bigint], array[null::bigint], array[null::bigint]);
