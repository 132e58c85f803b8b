-- name: Split a contact without the permission to manage privacy
-- claim: merged contacts are split without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.split_contact(gen_random_uuid());
