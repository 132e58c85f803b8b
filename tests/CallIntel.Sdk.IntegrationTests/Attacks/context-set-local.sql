-- name: SET LOCAL instead of set_config
-- claim: the two ways differ
-- runs: everyone
-- expect: CI001
-- naive: crosses
set local {setting} = '{forged}';
select name from callintel.orgs where org_id = '{foreign}';
