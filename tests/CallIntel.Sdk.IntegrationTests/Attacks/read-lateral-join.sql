-- name: Join every id laterally
-- claim: joins bypass the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
select e.* from (values ('{foreign}'::uuid)) as o (id) join callintel.events e on e.org_id = o.id;
