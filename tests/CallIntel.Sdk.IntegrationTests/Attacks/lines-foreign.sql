-- name: Call assign_line with a line of the victim
-- claim: lines of other orgs can be changed, or their ids tested
-- runs: admin, owner
-- expect: CI260
-- naive: holds
-- @transaction rollback
select callintel.assign_line('{foreign_line}', null);
