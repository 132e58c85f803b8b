-- name: Create a trusted extension
-- claim: the application can create objects
-- runs: everyone
-- expect: 42501
-- naive: holds
create extension if not exists pg_trgm;
