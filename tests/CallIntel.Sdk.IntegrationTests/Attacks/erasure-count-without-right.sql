-- name: Count rows of contacts without the permission
-- claim: a member learns how much is stored of a contact
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.rows as breach from callintel.scan_erasure('{own_request}') r;
