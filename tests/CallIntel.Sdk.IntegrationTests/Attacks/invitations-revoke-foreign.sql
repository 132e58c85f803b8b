-- name: revoke_invitation of a foreign invitation
-- claim: offers of other orgs can be taken back
-- runs: admin, owner
-- expect: own rows
-- naive: holds
select nullif(callintel.revoke_invitation('{foreign_invitation}'), false) as breach;
