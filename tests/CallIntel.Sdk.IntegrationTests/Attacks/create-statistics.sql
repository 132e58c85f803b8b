-- name: Create extended statistics on a table
-- claim: statistics reveal values
-- runs: everyone
-- expect: 42809
-- naive: holds
create statistics public.s (dependencies) on org_id, contact_id from callintel.events;
