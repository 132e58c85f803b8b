-- name: A value of the type of claims
-- claim: internals can be named
-- runs: everyone
-- expect: 42501
-- naive: holds
select row('{foreign}', '{foreign_owner}', 0, now(), 32767, '')::callintel_private.session_claims;
