-- name: Find requests by a contact of the victim
-- claim: requests of other orgs are found by their contacts
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.request_id as breach
  from callintel.read_subject_requests(null, false, null, null, null, '{foreign_contact}', null, null, null, 10) r;
