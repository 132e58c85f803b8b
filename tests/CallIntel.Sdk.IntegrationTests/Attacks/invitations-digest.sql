-- name: Read the digests of invitation tokens
-- claim: digests are readable
-- runs: everyone
-- expect: 42703
-- naive: holds
select token_digest as breach from callintel.invitations where org_id = '{foreign}';
