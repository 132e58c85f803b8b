-- name: A cast that fails, for foreign rows only
-- claim: a filter of the attacker's runs before the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
select external_id::int as breach from callintel.events where org_id = '{foreign}' and external_id::int > 0;
