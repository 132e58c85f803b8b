-- name: SET SESSION AUTHORIZATION
-- claim: the session can become somebody else
-- runs: everyone
-- expect: 42501
-- naive: holds
set local session authorization callintel_owner;
