-- name: A domain named like a core type
-- claim: casts in functions of the package find it
-- runs: everyone
-- expect: 42501
-- naive: holds
create domain public.uuid as text;
