-- name: Run partition-wise joins and aggregates
-- claim: partitions are read without the policies of their table
-- runs: everyone
-- expect: no rows
-- naive: holds
set local enable_partitionwise_join = on;
set local enable_partitionwise_aggregate = on;
select c.org_id as breach, count(*) from callintel.events e join callintel.event_contents c on c.org_id = e.org_id
    and c.event_id = e.id
 where e.org_id = '{foreign}' group by c.org_id;
