-- name: Call transfer_ownership to a member of the other org
-- claim: ownership can leave the org
-- runs: owner
-- expect: CI006
-- naive: holds
select callintel.transfer_ownership('{foreign_member}');
