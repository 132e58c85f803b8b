-- name: Read a request of the victim
-- claim: requests of other orgs can be read, or their ids tested
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.request_id as breach
  from callintel.read_subject_requests('{foreign_request}', false, null, null, null, null, null, null, null, 10) r;
