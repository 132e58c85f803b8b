-- name: Set the parameter role with set_config
-- claim: set_config bypasses the checks of SET ROLE
-- runs: everyone
-- expect: 42501
-- naive: holds
select set_config('role', 'callintel_ops', true);
