-- name: List requests without the permission
-- claim: a member learns who made a request
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.request_id as breach
  from callintel.read_subject_requests(null, false, null, null, null, null, null, null, null, 10) r;
