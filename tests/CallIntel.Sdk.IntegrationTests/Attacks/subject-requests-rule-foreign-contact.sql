-- name: Set a rule on a contact of the victim
-- claim: rules are set on contacts of other orgs
-- runs: admin, owner
-- expect: CI402
-- naive: holds
-- @transaction rollback
select callintel.set_subject_rule('{own_request}', '{foreign_contact}', 3::smallint, true, true);
