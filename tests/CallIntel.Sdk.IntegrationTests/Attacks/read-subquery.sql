-- name: Use scalar subqueries in every position
-- claim: subqueries are not subject to policies
-- runs: everyone
-- expect: own rows
-- naive: holds
select (select e.external_id from callintel.events e where e.org_id = '{foreign}' limit 1) as breach
 order by (select count(*) from callintel.event_contents c where c.org_id = '{foreign}');
