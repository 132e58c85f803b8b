-- name: Call read_erasure_rows without the permission
-- claim: a member learns who was erased
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.relation as breach from callintel.read_erasure_rows('{own_request}') r;
