-- name: A view over everything
-- claim: a view runs with other rights
-- runs: everyone
-- expect: 42501
-- naive: holds
create view public.everything as select * from callintel.events;
