-- name: Call read_erasure_rows with an erasure of the victim
-- claim: erasures of other orgs can be read
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.relation as breach from callintel.read_erasure_rows('{foreign_request}') r;
