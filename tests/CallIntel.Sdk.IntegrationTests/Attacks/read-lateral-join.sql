-- name: A join that tries each id
-- claim: joins pass the policy by
-- runs: everyone
-- expect: no rows
-- naive: holds
select e.* from (values ('{foreign}'::uuid)) as o (id) join callintel.events e on e.org_id = o.id;
