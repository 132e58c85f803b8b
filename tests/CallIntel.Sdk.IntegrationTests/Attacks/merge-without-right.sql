-- name: Merge two contacts without the permission to manage privacy
-- claim: contacts are merged without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.merge_contacts(gen_random_uuid(), gen_random_uuid(), null);
