-- name: Begin the deletion of the own org without being its owner
-- claim: members who are not owners delete the org
-- runs: viewer, analyst, member, admin
-- expect: CI005
-- naive: holds
select callintel.begin_org_deletion('{own}');
