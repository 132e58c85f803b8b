-- name: Set a rule by a request without the permission
-- claim: rules are set without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.set_subject_rule('{own_request}', '{own_contact}', 0::smallint, false, false);
