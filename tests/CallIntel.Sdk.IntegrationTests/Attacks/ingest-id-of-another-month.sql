-- name: Ingest an event whose id is from 2027-03 and whose time is in 2020
-- claim: a row that fits no partition blocks the maintenance of all orgs
-- runs: member, admin, owner
-- expect: 23514 or CI005 or CI028 or CI029 or CI211 or 22023 or CI009 or CI001
-- naive: holds
-- @transaction rollback
select inserted as breach from callintel.write_events('{own_source}', false, array[callintel.first_id('2027-03-05')],
    array[timestamptz '2020-01-05 10:00:00Z'], array[null::uuid], array['{me}'::uuid], array[null::integer],
    array[1::smallint], array[1::smallint], array[1::smallint], array[null::smallint], array[null::text],
    array[null::bytea], array[null::bytea], array[null::bytea], array[null::timestamptz], array[null::smallint],
    array[null::bigint], array[null::bigint], array[null::bigint]);
