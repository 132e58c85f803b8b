-- name: Read the identities of a request of the victim
-- claim: the identities of requests of other orgs can be read
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.request_id as breach from callintel.read_subject_request_identities('{foreign_request}') r;
