-- name: Read password hashes
-- claim: password hashes of roles are readable
-- runs: everyone
-- expect: 42501
-- naive: holds
select rolpassword as breach from pg_authid;
