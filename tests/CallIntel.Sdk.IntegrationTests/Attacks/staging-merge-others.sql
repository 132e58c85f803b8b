-- name: Call merge_batch for a slot of the victim
-- claim: the batch of the victim is merged into the org of the attacker
-- runs: member, admin, owner
-- expect: 55P03
-- naive: holds
-- @transaction as foreign keep slot
select callintel.open_slot();
-- @next as foreign
insert into callintel.staging_{slot} (id, occurred_at, channel, direction, outcome, member_id)
    values (callintel.first_id('2026-01-05'), '2026-01-05', 1, 1, 1, '{me}');
-- @transaction on b rollback
set local lock_timeout = '200ms';
select staged as breach from callintel.merge_batch({slot}, gen_random_uuid(), true);
