-- name: Read events of the person of a request of the victim
-- claim: events are found by requests of other orgs
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select e.event_id as breach from callintel.read_subject_party_events('{foreign_request}', null, 10) e;
