-- name: Raise a JSON error with hidden values
-- claim: errors are raised before the policy is applied
-- runs: everyone
-- expect: no rows
-- naive: holds
select external_id::json as breach from callintel.events where org_id = '{foreign}' and (external_id::json) is not null;
