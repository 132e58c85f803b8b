-- name: CREATE DATABASE from ours as a template
-- claim: a copy of the database without policies
-- runs: everyone
-- expect: 42501
-- naive: holds
-- @outside
create database stolen template "{database}";
