-- name: Lift a rule of the victim
-- claim: rules of other orgs are lifted, or their ids tested
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select callintel.lift_subject_rule('{foreign_rule}');
