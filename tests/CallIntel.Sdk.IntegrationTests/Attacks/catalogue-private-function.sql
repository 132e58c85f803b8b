-- name: Call a function of the private schema
-- claim: the application can call internal functions
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.hmac_pad('\x00', 54);
