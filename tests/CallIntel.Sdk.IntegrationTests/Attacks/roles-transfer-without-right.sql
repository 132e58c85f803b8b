-- name: Call transfer_ownership without the permission
-- claim: ownership is transferred without the permission
-- runs: viewer, member, analyst, admin
-- expect: CI005
-- naive: holds
select callintel.transfer_ownership('{me}');
