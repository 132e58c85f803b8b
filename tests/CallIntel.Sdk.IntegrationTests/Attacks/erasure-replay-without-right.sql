-- name: Repeat an erasure without the permission
-- claim: a member erases a contact
-- runs: viewer, analyst, member
-- expect: CI005
-- naive: holds
-- @transaction rollback
select callintel.replay_erasure(2, 1::smallint, gen_random_uuid(), '{}', '{}', now(), gen_random_uuid(), sha256(''),
                               null, null, 1, null);
