-- name: Search the ledgers without the permission
-- claim: a member sees what colleagues read and changed
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select a.id as breach
  from callintel.search_audit(null, null, null, null, null, null, null, 3::smallint, null, 1000) a;
