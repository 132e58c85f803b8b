-- name: Read events of a contact of the victim from oldest to newest
-- claim: the other direction returns events of another org
-- runs: everyone
-- expect: no rows
-- naive: holds
select external_id as breach
  from callintel.read_events_forward(null, null, null, '{foreign_contact}', null, null, null, 5000);
