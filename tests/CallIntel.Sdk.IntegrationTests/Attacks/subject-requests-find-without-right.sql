-- name: Find requests by a number without the permission
-- claim: a member learns who made a request
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.request_id as breach
  from callintel.find_subject_requests('{"{own_number}"}', 1::smallint) r;
