-- name: Delete with USING on own rows
-- claim: a join reaches rows of other orgs
-- runs: everyone
-- expect: 55000
-- naive: holds
delete from callintel.contact_numbers n using callintel.orgs o where n.org_id <> o.org_id returning n.number as breach;
