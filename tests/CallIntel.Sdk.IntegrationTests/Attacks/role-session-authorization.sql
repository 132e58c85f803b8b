-- name: Run SET SESSION AUTHORIZATION
-- claim: the session can become another role
-- runs: everyone
-- expect: 42501
-- naive: holds
set local session authorization callintel_owner;
