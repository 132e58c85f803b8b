-- name: The view that opens the context
-- claim: the key is read through it
-- runs: everyone
-- expect: 42501
-- naive: holds
select * from callintel_private.session_context;
