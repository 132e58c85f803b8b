-- name: Call read_erasure without the permission
-- claim: a member learns who was erased
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select r.step as breach from callintel.read_erasure('{own_request}') r;
