-- name: Password hashes
-- claim: roles' passwords are readable
-- runs: everyone
-- expect: 42501
-- naive: holds
select rolpassword as breach from pg_authid;
