-- name: A role with BYPASSRLS
-- claim: roles can be made
-- runs: everyone
-- expect: 42501
-- naive: holds
create role strong bypassrls;
