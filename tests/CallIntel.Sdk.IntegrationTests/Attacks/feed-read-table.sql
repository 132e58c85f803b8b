-- name: Read the table of the change feed
-- claim: entries of other orgs are read past the function
-- runs: everyone
-- expect: 42501
-- naive: holds
select org_id as breach from callintel_private.change_feed where org_id = '{foreign}';
