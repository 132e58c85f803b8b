-- name: Read entries of the other org
-- claim: entries of other orgs are visible
-- runs: everyone
-- expect: no rows
-- naive: holds
select id as breach from callintel.access_log where org_id = '{foreign}';
