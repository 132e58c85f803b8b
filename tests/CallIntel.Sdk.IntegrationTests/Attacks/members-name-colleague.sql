-- name: Call set_member_name for a colleague
-- claim: colleagues can be renamed without the permission
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
select callintel.set_member_name(gen_random_uuid(), null);
