-- name: A cast of the attacker's
-- claim: policies cast by rules of the attacker's
-- runs: everyone
-- expect: 42501 or 42710
-- naive: holds
create cast (uuid as text) with inout as implicit;
