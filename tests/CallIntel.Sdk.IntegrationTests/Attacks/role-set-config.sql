-- name: The role parameter by set_config
-- claim: set_config passes SET ROLE by
-- runs: everyone
-- expect: 42501
-- naive: holds
select set_config('role', 'callintel_ops', true);
