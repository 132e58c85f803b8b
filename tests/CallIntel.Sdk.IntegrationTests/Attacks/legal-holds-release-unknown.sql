-- name: Release a hold that the org does not have
-- claim: holds of other orgs can be released
-- runs: admin, owner
-- expect: CI372
-- naive: holds
-- @transaction rollback
select callintel.release_hold('{foreign_request}');
