-- name: Call ensure_partitions
-- claim: the application can run maintenance
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel.ensure_partitions('2030-01-01', '2049-01-01');
