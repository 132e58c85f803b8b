-- name: Read rejected records of the victim by the function of erasures
-- claim: rejected records of other orgs can be read
-- runs: admin, owner
-- expect: no rows
-- naive: holds
select r.ordinal as breach from callintel.read_rejects_to_erase(null, null, 1000) r
 where not exists (select from callintel.ingest_rejects o where o.run_id = r.run_id and o.ordinal = r.ordinal);
