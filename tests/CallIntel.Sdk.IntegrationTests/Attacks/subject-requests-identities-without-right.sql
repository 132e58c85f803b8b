-- name: Read the identities of a request without the permission
-- claim: a member learns who made a request
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.request_id as breach from callintel.read_subject_request_identities('{own_request}') r;
