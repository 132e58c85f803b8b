-- name: Store a record of the year 10000
-- claim: one event occupies the maintenance of all orgs for days, or makes a page unreadable
-- runs: member, admin, owner, ingester
-- expect: 23514 or CI022
-- naive: holds
-- with future: moment = 10000-06-01
-- with past: moment = 1979-12-31 23:59
-- with next-century: moment = 2100-01-01
-- @transaction rollback
select inserted as breach from callintel.write_events('{own_source}', false, array[callintel.first_id('{moment}Z')],
    array[timestamptz '{moment}Z'], array[null::uuid], array['{me}'::uuid], array[null::integer],
    array[1::smallint], array[1::smallint], array[1::smallint], array[null::smallint], array[null::text],
    array[null::bytea], array[null::bytea], array[null::bytea], array[null::timestamptz], array[null::smallint],
    array[null::bigint], array[null::bigint], array[null::bigint]);
