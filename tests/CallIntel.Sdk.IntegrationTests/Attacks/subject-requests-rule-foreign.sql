-- name: Set a rule by a request of the victim
-- claim: rules are set by requests of other orgs
-- runs: admin, owner
-- expect: CI400
-- naive: holds
-- @transaction rollback
select callintel.set_subject_rule('{foreign_request}', '{own_contact}', 3::smallint, true, true);
