-- name: set_member_role of oneself to owner
-- claim: one raises oneself
-- runs: everyone
-- expect: CI005
-- expect(admin): CI006
-- expect(owner): no rows or own rows
-- naive: holds
select callintel.set_member_role('{me}', 'owner');
