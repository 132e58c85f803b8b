-- name: Read the context keys
-- claim: the table of context keys is readable
-- runs: everyone
-- expect: 42501
-- naive: holds
select pad as breach from callintel_private.context_key;
