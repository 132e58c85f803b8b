-- name: Set the highest privacy level of the own org to none
-- claim: a column other than the name can be changed
-- runs: everyone
-- expect: 42703
-- naive: holds
update callintel.orgs set strictest_rule = 0 where org_id = '{own}';
