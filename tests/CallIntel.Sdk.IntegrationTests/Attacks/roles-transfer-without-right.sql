-- name: transfer_ownership by a role that may not
-- claim: ownership is given away without the right
-- runs: viewer, member, analyst, admin
-- expect: CI005
-- naive: holds
select callintel.transfer_ownership('{me}');
