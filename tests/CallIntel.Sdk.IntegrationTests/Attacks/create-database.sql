-- name: Create a database with this one as the template
-- claim: the database can be copied without policies
-- runs: everyone
-- expect: 42501
-- naive: holds
-- @outside
create database stolen template "{database}";
