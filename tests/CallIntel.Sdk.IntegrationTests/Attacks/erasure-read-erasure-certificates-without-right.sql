-- name: Call read_erasure_certificates without the permission
-- claim: a member learns who was erased
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.certificate as breach from callintel.read_erasure_certificates('{own_request}') r;
