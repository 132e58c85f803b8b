-- name: Write a tombstone for a record that is not stored
-- claim: a member blocks a record that another member stores later
-- runs: member
-- expect: own rows or CI005 or CI001 or no rows
-- naive: holds
-- @transaction rollback
select suppressed as breach from callintel.write_events('{own_source}', true, array['{random}'::uuid],
    array[timestamptz '2026-01-10 10:00:00Z'], array[null::uuid], array['{own_owner}'::uuid], array[null::integer],
    array[1::smallint], array[1::smallint], array[1::smallint], array[null::smallint], array['somebody elses record'],
    array[null::bytea], array[null::bytea], array[null::bytea], array[null::timestamptz], array[1::smallint],
    array[null::bigint], array[null::bigint], array[null::bigint]);
