-- name: Read the table of honey tokens
-- claim: a member learns which contacts raise an alert
-- runs: everyone
-- expect: 42501
-- naive: holds
select contact_id as breach from callintel_private.honey_tokens;
