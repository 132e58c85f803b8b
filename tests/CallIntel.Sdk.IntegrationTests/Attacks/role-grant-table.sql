-- name: Grant a privilege on a table to PUBLIC
-- claim: privileges can be granted
-- runs: everyone
-- expect: no rows or XX000
-- naive: holds
grant select on callintel.events to public;
