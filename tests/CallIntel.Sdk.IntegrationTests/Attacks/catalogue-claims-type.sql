-- name: Use the type of token claims
-- claim: the application can use internal types
-- runs: everyone
-- expect: 42501
-- naive: holds
select row('{foreign}', '{foreign_owner}', 0, now(), 32767, '')::callintel_private.session_claims;
