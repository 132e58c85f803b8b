-- name: Read names of members of the other org
-- claim: names of members of other orgs are visible
-- runs: everyone
-- expect: no rows
-- naive: holds
select display_name as breach from callintel.member_profiles where org_id = '{foreign}';
