-- name: merge_parts of a foreign event
-- claim: parts are written by the event's id alone
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(coalesce(array_length(callintel.merge_parts(array['{foreign_event}'::uuid], array[0::smallint], array['a/b'], array[1::bigint],
    array['\xc10100'::bytea || '{own_key}'::bytea || sha256('b')], array[1::bigint]), 1), 0), 0) as breach;
