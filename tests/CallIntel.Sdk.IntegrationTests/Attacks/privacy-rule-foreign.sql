-- name: set_privacy_rule for a foreign contact
-- claim: checked functions reach another org's contacts
-- runs: admin, owner
-- expect: CI152
-- naive: holds
select callintel.set_privacy_rule('{foreign_contact}', 3::smallint, '{}', false, false, null);
