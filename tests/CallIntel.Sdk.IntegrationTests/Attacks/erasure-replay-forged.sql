-- name: Repeat an erasure that the ledger does not contain
-- claim: a forged entry erases contacts
-- runs: admin, owner
-- expect: CI375
-- naive: holds
-- @transaction rollback
select callintel.replay_erasure(2, 1::smallint, gen_random_uuid(), '{"{own_contact}"}', '{}', now(), gen_random_uuid(),
                               sha256(''), null, null, 1, null);
