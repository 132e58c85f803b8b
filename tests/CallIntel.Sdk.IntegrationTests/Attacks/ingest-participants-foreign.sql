-- name: Call merge_participants for an event of another org
-- claim: the id of an event is enough to write participants
-- runs: member, admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback
select nullif(coalesce(array_length(callintel.merge_participants(array['{foreign_event}'::uuid], array[0::smallint],
    array['{foreign_contact}'::uuid], array[1::smallint],
    array[now()], array[1], array[1::smallint], array['x']), 1), 0), 0) as breach;
