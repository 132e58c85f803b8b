-- name: A rule on a table
-- claim: queries of others are rewritten
-- runs: everyone
-- expect: 42501
-- naive: holds
create rule r as on insert to callintel.contacts do also notify x;
