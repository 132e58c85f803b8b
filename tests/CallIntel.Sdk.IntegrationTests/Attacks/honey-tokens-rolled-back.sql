-- name: Look for honey tokens in a transaction that is rolled back
-- claim: a transaction that leaves no entry tells which contacts raise an alert
-- runs: analyst
-- expect: CI005
-- naive: holds
-- @transaction rollback
with found as (
    select c.id, f.access_id
      from callintel.contacts c,
           lateral callintel.file_access(32, 1, 0::smallint, gen_random_uuid(), 0, '{}', array[c.id], '{}') f)
select found.id as breach
  from found, callintel.read_accesses(null, null, null, null, null, true, null, 1000) a
 where a.id = found.access_id;
