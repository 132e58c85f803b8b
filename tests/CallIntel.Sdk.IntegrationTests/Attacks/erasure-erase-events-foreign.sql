-- name: Call erase_events with an erasure of the victim
-- claim: erasures of other orgs can be run, or their ids tested
-- runs: admin, owner
-- expect: CI373
-- naive: holds
-- @transaction rollback
select callintel.erase_events('{foreign_request}', 10);
