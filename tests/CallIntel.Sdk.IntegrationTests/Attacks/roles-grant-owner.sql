-- name: Call set_member_role to become an owner
-- claim: a member can promote themselves
-- runs: everyone
-- expect: CI005
-- expect(admin): CI006
-- expect(owner): no rows or own rows
-- naive: holds
select callintel.set_member_role('{me}', 'owner');
