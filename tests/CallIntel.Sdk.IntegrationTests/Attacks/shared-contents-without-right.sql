-- name: Read and replace content of several people without the permission
-- claim: a role that manages no keys reads ciphertext of all members, or replaces it
-- runs: viewer, member, analyst
-- expect: CI005
-- naive: holds
select envelope as breach from callintel.read_shared_contents(null, 10);
