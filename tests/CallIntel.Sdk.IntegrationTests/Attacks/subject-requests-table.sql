-- name: Read the table of requests
-- claim: a member reads the register past its functions
-- runs: everyone
-- expect: 42501
-- naive: holds
select request_id as breach from callintel_private.subject_requests;
