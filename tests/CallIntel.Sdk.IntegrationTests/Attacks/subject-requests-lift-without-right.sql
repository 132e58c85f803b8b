-- name: Lift a rule without the permission
-- claim: rules are lifted without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.lift_subject_rule('{own_rule}');
