-- name: TABLESAMPLE
-- claim: sampling passes the policy by
-- runs: everyone
-- expect: 0A000
-- naive: holds
select id as breach from callintel.contacts tablesample bernoulli (100) where org_id = '{foreign}';
