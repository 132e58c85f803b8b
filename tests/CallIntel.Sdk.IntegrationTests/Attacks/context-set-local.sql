-- name: Use SET LOCAL instead of set_config
-- claim: SET LOCAL and set_config have different effects
-- runs: everyone
-- expect: CI001
-- naive: crosses
set local {setting} = '{forged}';
select name from callintel.orgs where org_id = '{foreign}';
