-- name: GRANT of a role to oneself
-- claim: roles can be granted
-- runs: everyone
-- expect: 42501
-- naive: holds
grant callintel_owner to callintel_app;
