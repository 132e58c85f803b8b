-- name: Call read_erasure with an erasure of the victim
-- claim: erasures of other orgs can be read
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.step as breach from callintel.read_erasure('{foreign_request}') r;
