-- name: Read events of a person without the permission
-- claim: a member finds events by a request
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select e.event_id as breach from callintel.read_subject_party_events('{own_request}', null, 10) e;
