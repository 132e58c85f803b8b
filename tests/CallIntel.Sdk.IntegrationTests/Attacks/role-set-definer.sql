-- name: SET ROLE to the role of the package's functions
-- claim: the application role is a member of it
-- runs: everyone
-- expect: 42501
-- naive: holds
set local role callintel_definer;
select pad as breach from callintel_private.context_key;
