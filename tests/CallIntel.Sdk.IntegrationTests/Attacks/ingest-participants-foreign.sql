-- name: merge_participants of a foreign event
-- claim: parties are written by the event's id alone
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(coalesce(array_length(callintel.merge_participants(array['{foreign_event}'::uuid], array[0::smallint], array['{foreign_contact}'::uuid], array[1::smallint],
    array[now()], array[1], array[1::smallint], array['x']), 1), 0), 0) as breach;
