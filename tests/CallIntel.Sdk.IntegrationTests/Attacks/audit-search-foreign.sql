-- name: Search the ledgers for entries of another members org
-- claim: entries of other orgs are found
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select a.id as breach
  from callintel.search_audit(null, null, '{foreign_owner}', null, null, null, null, 3::smallint, null, 1000) a;
