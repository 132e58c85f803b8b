-- name: The function that refuses
-- claim: internals can be called
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.refuse('CI001');
