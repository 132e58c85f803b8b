-- name: Call delete_event with an event of the victim
-- claim: events of other orgs can be deleted
-- runs: admin, owner
-- expect: no rows
-- naive: holds
-- @transaction rollback
select 1 as breach where callintel.delete_event('{foreign_event}');
