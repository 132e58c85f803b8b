-- name: Set a retention that is older than the calendar
-- claim: retention of the org, and dropping months of all orgs, fail from now on
-- runs: admin, owner
-- expect: CI197
-- naive: holds
-- @transaction rollback
select callintel.set_privacy_rule('{own_contact}', 0::smallint, '{}', false, false, 2147483647);
