-- name: Count rows of contacts of an erasure of the victim
-- claim: rows of other orgs can be counted
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.rows as breach from callintel.scan_erasure('{foreign_request}') r where r.rows > 0;
