-- name: Read events of another org as if they had been found
-- claim: ids that a search did not return are read
-- runs: everyone
-- expect: no rows
-- naive: holds
select e.id as breach from callintel.read_found_events(array['{foreign_event}'::uuid]) e;
