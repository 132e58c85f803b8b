-- name: Call retire_line with a line of the victim
-- claim: lines of other orgs can be retired
-- runs: admin, owner
-- expect: CI260
-- naive: holds
-- @transaction rollback
select callintel.retire_line('{foreign_line}');
