-- name: Call remove_privacy_rule for a contact of another org
-- claim: privacy rules of other orgs can be removed
-- runs: admin, owner
-- expect: own rows
-- naive: holds
select nullif(callintel.remove_privacy_rule('{foreign_contact}'), false) as breach;
