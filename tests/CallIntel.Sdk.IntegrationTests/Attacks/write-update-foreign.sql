-- name: Update rows of the other org
-- claim: a condition on the org is enough
-- runs: everyone
-- expect: 55000
-- naive: holds
update callintel.contact_numbers set kind = 4 where org_id = '{foreign}' returning number_index as breach;
