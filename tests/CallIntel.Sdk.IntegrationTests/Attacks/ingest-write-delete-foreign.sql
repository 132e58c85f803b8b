-- name: Delete an event of another org with a write
-- claim: a source deletes a record of another org
-- runs: admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select staged, cardinality(updated) as breach from callintel.write_events('{foreign_source}', true,
    array['{foreign_event}'::uuid], array[timestamptz '2026-01-10 10:00:00Z'], array[null::uuid], array[null::uuid],
    array[null::integer], array[1::smallint], array[1::smallint], array[1::smallint], array[null::smallint],
    array[null::text], array[null::bytea], array[null::bytea], array[null::bytea], array[null::timestamptz],
    array[1::smallint], array[null::bigint], array[null::bigint], array[null::bigint]);
