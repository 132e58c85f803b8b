-- name: Delete an event of a hidden contact as an admin without a purpose
-- claim: a hidden event is deleted
-- runs: admin, owner
-- expect: own rows or no rows or 42501 or 42883 or CI001 or CI005
-- naive: crosses
-- @transaction rollback
select staged, cardinality(updated) as breach from callintel.write_events('{own_source}', true,
    array['{own_hidden_event}'::uuid], array[timestamptz '2026-01-10 10:03:00Z'], array[null::uuid],
    array['{me}'::uuid], array[null::integer], array[4::smallint], array[2::smallint], array[1::smallint],
    array[null::smallint], array['{own_hidden_name}'], array[null::bytea], array[null::bytea], array[null::bytea],
    array[null::timestamptz], array[1::smallint], array[null::bigint], array[null::bigint], array[null::bigint]);
