-- name: Call revoke_invitation for an invitation of another org
-- claim: invitations of other orgs can be revoked
-- runs: admin, owner
-- expect: own rows
-- naive: holds
select nullif(callintel.revoke_invitation('{foreign_invitation}'), false) as breach;
