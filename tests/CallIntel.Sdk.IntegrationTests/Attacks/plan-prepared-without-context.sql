-- name: Prepare a statement in a context and execute it without one
-- claim: a plan keeps its permissions
-- runs: everyone
-- expect: CI001 or 26000
-- naive: holds
prepare "w{me}" as select nullif(org_id <> '{own}', false) as breach from callintel.events;
execute "w{me}";
-- @transaction without context
execute "w{me}";
-- @outside
deallocate "w{me}";
