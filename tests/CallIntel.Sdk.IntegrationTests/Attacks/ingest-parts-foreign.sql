-- name: Call merge_parts for an event of another org
-- claim: the id of an event is enough to write parts
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(coalesce(array_length(callintel.merge_parts(array['{foreign_event}'::uuid], array[0::smallint],
    array['a/b'], array[1::bigint],
    array['\xc10100'::bytea || '{own_key}'::bytea || sha256('b')], array[1::bigint]), 1), 0), 0) as breach;
