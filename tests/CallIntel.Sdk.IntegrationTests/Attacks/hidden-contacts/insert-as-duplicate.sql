-- name: Ingest a record with the id of an event of a hidden contact
-- claim: a duplicate reveals that a record is stored
-- runs: member, admin, owner
-- expect: own rows or no rows or 42501 or 42883 or CI001 or CI005
-- naive: holds
-- accepts: records-on-file
-- @transaction rollback
select m.inserted = 0 as breach from callintel.write_events('{own_source}', false, array['{own_hidden_event}'::uuid],
    array[timestamptz '2026-01-10 10:03:00Z'], array[null::uuid], array['{me}'::uuid], array[null::integer],
    array[4::smallint], array[2::smallint], array[1::smallint], array[null::smallint], array[null::text],
    array[null::bytea], array[null::bytea], array[null::bytea], array[null::timestamptz], array[null::smallint],
    array[null::bigint], array[null::bigint], array[null::bigint]) m;
