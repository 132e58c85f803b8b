-- name: A scalar subquery in every place
-- claim: subqueries have no policy
-- runs: everyone
-- expect: own rows
-- naive: holds
select (select e.external_id from callintel.events e where e.org_id = '{foreign}' limit 1) as breach
 order by (select count(*) from callintel.event_contents c where c.org_id = '{foreign}');
