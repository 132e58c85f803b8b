-- name: Create a schema
-- claim: the application can create objects
-- runs: everyone
-- expect: 42501
-- naive: holds
create schema mine;
