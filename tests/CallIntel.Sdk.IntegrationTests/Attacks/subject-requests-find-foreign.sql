-- name: Find requests by a blind index of the victim
-- claim: requests of other orgs are found by their numbers
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.request_id as breach
  from callintel.find_subject_requests('{"{foreign_number}"}', 1::smallint) r;
