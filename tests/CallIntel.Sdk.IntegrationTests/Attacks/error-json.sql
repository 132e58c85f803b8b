-- name: JSON of hidden values in an error
-- claim: errors come before the policy
-- runs: everyone
-- expect: no rows
-- naive: holds
select external_id::json as breach from callintel.events where org_id = '{foreign}' and (external_id::json) is not null;
