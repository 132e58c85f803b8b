-- name: Use an offset beyond the number of own rows
-- claim: an offset counts hidden rows
-- runs: everyone
-- expect: no rows
-- naive: holds
select external_id as breach from callintel.events order by id offset (select count(*) from callintel.events);
