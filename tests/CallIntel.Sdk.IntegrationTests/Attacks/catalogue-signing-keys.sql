-- name: Read the signing keys
-- claim: the table of signing keys is readable
-- runs: everyone
-- expect: 42501
-- naive: holds
select inner_pad as breach from callintel_private.signing_keys;
