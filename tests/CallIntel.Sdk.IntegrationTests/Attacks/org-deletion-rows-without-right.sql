-- name: Delete rows of the own org without being its owner
-- claim: members who are not owners delete rows of the org, its audit log among them
-- runs: viewer, analyst, member, admin
-- expect: CI005
-- naive: holds
select callintel.delete_org_rows(100000);
