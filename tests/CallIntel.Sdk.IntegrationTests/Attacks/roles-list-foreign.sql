-- name: List members of the other org
-- claim: members of other orgs are visible
-- runs: everyone
-- expect: no rows
-- naive: holds
select member_id as breach from callintel.org_roles where org_id = '{foreign}';
