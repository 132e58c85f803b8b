-- name: Write an event with the id of an event of another org
-- claim: a duplicate reveals that the id exists in another org
-- runs: admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select 1 - inserted as breach from callintel.write_events(gen_random_uuid(), false, array['{foreign_event}'::uuid],
    array[timestamptz '2026-01-10 10:00:00Z'], array[null::uuid], array[null::uuid], array[null::integer],
    array[1::smallint], array[1::smallint], array[1::smallint], array[null::smallint], array[null::text],
    array[null::bytea], array[null::bytea], array[null::bytea], array[null::timestamptz], array[null::smallint],
    array[null::bigint], array[null::bigint], array[null::bigint]);
