-- name: Call set_privacy_rule for a contact of another org
-- claim: the function changes contacts of other orgs
-- runs: admin, owner
-- expect: CI152
-- naive: holds
select callintel.set_privacy_rule('{foreign_contact}', 3::smallint, '{}', false, false, null);
