-- name: Grant a role to the own role
-- claim: roles can be granted
-- runs: everyone
-- expect: 42501
-- naive: holds
grant callintel_owner to callintel_app;
