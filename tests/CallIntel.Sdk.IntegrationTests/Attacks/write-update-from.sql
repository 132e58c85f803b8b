-- name: Update own rows and return columns of another org
-- claim: RETURNING reveals hidden rows
-- runs: everyone
-- expect: 55000
-- naive: holds
update callintel.contact_profiles p set updated_at = now() from callintel.contact_numbers n
 where n.org_id = '{foreign}' and p.contact_id = n.contact_id returning n.number as breach;
