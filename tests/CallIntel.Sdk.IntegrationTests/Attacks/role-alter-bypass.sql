-- name: ALTER ROLE ... BYPASSRLS
-- claim: one's own role can be raised
-- runs: everyone
-- expect: 42501
-- naive: holds
alter role callintel_app bypassrls;
