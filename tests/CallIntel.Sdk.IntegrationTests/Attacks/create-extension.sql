-- name: A trusted extension
-- claim: objects can be made
-- runs: everyone
-- expect: 42501
-- naive: holds
create extension if not exists pg_trgm;
