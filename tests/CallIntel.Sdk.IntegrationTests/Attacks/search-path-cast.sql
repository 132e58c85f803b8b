-- name: Create a cast
-- claim: policies use casts of the attacker
-- runs: everyone
-- expect: 42501 or 42710
-- naive: holds
create cast (uuid as text) with inout as implicit;
