-- name: Set the role that owns the functions of the package
-- claim: the role of the application is a member of it
-- runs: everyone
-- expect: 42501
-- naive: holds
set local role callintel_definer;
select pad as breach from callintel_private.context_key;
