-- name: Write events without the permission
-- claim: events are stored without the permission
-- runs: viewer, analyst
-- expect: CI005
-- naive: holds
select inserted as breach from callintel.write_events(gen_random_uuid(), false,
    array[callintel.first_id('2026-01-05')::uuid], array[timestamptz '2026-01-10 10:00:00Z'], array[null::uuid],
    array[null::uuid], array[null::integer], array[1::smallint], array[1::smallint], array[1::smallint],
    array[null::smallint], array[null::text], array[null::bytea], array[null::bytea], array[null::bytea],
    array[null::timestamptz], array[null::smallint], array[null::bigint], array[null::bigint], array[null::bigint]);
