-- name: The keys of tokens
-- claim: keys are readable
-- runs: everyone
-- expect: 42501
-- naive: holds
select inner_pad as breach from callintel_private.signing_keys;
