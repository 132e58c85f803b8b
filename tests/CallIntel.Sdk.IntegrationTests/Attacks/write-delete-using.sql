-- name: DELETE ... USING own rows
-- claim: a join leads to foreign rows
-- runs: everyone
-- expect: 55000
-- naive: holds
delete from callintel.contact_numbers n using callintel.orgs o where n.org_id <> o.org_id returning n.number as breach;
