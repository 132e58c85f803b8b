-- name: Run ALTER SYSTEM
-- claim: settings of the server can be changed
-- runs: everyone
-- expect: 42501
-- naive: holds
-- @outside
alter system set row_security = off;
