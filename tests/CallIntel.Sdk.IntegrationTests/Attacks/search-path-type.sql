-- name: Create a domain with the name of a built-in type
-- claim: casts in functions of the package use the domain
-- runs: everyone
-- expect: 42501
-- naive: holds
create domain public.uuid as text;
