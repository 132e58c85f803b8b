-- name: Use TABLESAMPLE
-- claim: sampling bypasses the policy
-- runs: everyone
-- expect: 0A000
-- naive: holds
select id as breach from callintel.contacts tablesample bernoulli (100) where org_id = '{foreign}';
