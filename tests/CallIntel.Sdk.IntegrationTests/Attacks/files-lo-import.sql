-- name: Call lo_import
-- claim: files of the server can be read
-- runs: everyone
-- expect: 42501
-- naive: holds
select lo_import('/etc/passwd') as breach;
