-- name: Fail a cast for rows of another org only
-- claim: a condition of the attacker is evaluated before the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
select external_id::int as breach from callintel.events where org_id = '{foreign}' and external_id::int > 0;
