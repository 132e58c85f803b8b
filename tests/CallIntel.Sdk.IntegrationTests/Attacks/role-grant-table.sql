-- name: GRANT on a table to everybody
-- claim: grants can be passed on
-- runs: everyone
-- expect: no rows or XX000
-- naive: holds
grant select on callintel.events to public;
