-- name: The keys of contexts
-- claim: keys are readable
-- runs: everyone
-- expect: 42501
-- naive: holds
select pad as breach from callintel_private.context_key;
