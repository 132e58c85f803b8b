-- name: Read the contacts that are merged in the other org
-- claim: merged contacts of other orgs are visible
-- runs: everyone
-- expect: no rows
-- naive: holds
select id as breach from callintel.contacts where org_id = '{foreign}' and merged_into is not null;
