-- name: Create a rule on a table
-- claim: queries of other orgs can be rewritten
-- runs: everyone
-- expect: 42501
-- naive: holds
create rule r as on insert to callintel.contacts do also notify x;
