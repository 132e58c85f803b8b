-- name: remove_privacy_rule of a foreign contact
-- claim: rules of other orgs can be lifted
-- runs: admin, owner
-- expect: own rows
-- naive: holds
select nullif(callintel.remove_privacy_rule('{foreign_contact}'), false) as breach;
