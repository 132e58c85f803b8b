-- name: Call read_erasure_certificates with an erasure of the victim
-- claim: erasures of other orgs can be read
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.certificate as breach from callintel.read_erasure_certificates('{foreign_request}') r;
