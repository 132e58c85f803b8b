-- name: Call merge_details for an event of another org
-- claim: the id of an event is enough to write details
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(coalesce(array_length(callintel.merge_details(array['{foreign_event}'::uuid], array[now()],
    array['taken'], array['taken'], array[1], array['taken'],
    array['x'], array[1::bigint], array['EUR'], array[null::bytea], array[null::bigint]), 1), 0), 0) as breach;
