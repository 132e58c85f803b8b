-- name: Read numbers of lines of the other org
-- claim: numbers of lines of other orgs are visible
-- runs: everyone
-- expect: no rows
-- naive: holds
select number as breach from callintel.line_profiles where org_id = '{foreign}';
