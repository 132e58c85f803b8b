-- name: List honey tokens without the permission
-- claim: a member learns which contacts raise an alert
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select contact_id as breach from callintel.read_honey_tokens();
