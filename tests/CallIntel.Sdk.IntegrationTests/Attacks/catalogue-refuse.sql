-- name: Call the function that raises errors
-- claim: the application can call internal functions
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.refuse('CI001');
