-- name: Invitations of the other org
-- claim: offers of other orgs are listed
-- runs: everyone
-- expect: no rows
-- naive: holds
select id as breach from callintel.invitations where org_id = '{foreign}';
