-- name: merge_details of a foreign event
-- claim: details are written by the event's id alone
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(coalesce(array_length(callintel.merge_details(array['{foreign_event}'::uuid], array[now()], array['taken'], array['taken'], array[1], array['taken'],
    array['x'], array[1::bigint], array['EUR'], array[null::bytea], array[null::bigint]), 1), 0), 0) as breach;
