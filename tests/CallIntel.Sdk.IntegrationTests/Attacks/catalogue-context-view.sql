-- name: Read the view that opens the context
-- claim: the view reveals the context key
-- runs: everyone
-- expect: 42501
-- naive: holds
select * from callintel_private.session_context;
