-- name: The strictest rule of one's org set to none
-- claim: a column beside the name can be written
-- runs: everyone
-- expect: 42703
-- naive: holds
update callintel.orgs set strictest_rule = 0 where org_id = '{own}';
