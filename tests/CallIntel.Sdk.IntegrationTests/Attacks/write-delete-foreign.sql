-- name: Delete rows of the other org
-- claim: a condition on the org is enough
-- runs: everyone
-- expect: 55000
-- naive: holds
delete from callintel.contact_profiles where org_id = '{foreign}' and contact_id = '{foreign_contact}'
    returning contact_id as breach;
