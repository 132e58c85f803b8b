-- name: Call confirm_erasure_step with an erasure of the victim
-- claim: erasures of other orgs can be run, or their ids tested
-- runs: admin, owner
-- expect: CI373
-- naive: holds
-- @transaction rollback
select callintel.confirm_erasure_step('{foreign_request}', 2::smallint);
