-- name: Create a view of all rows
-- claim: a view runs with other privileges
-- runs: everyone
-- expect: 42501
-- naive: holds
create view public.everything as select * from callintel.events;
