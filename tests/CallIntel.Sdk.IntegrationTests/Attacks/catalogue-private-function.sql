-- name: A function of the private schema
-- claim: internals can be called
-- runs: everyone
-- expect: 42501
-- naive: holds
select callintel_private.hmac_pad('\x00', 54);
