-- name: A schema of one's own
-- claim: objects can be made
-- runs: everyone
-- expect: 42501
-- naive: holds
create schema mine;
