-- name: Read invitations of the other org
-- claim: invitations of other orgs are visible
-- runs: everyone
-- expect: no rows
-- naive: holds
select id as breach from callintel.invitations where org_id = '{foreign}';
