-- name: Run ALTER ROLE ... BYPASSRLS
-- claim: a role can grant itself attributes
-- runs: everyone
-- expect: 42501
-- naive: holds
alter role callintel_app bypassrls;
