-- name: Insert rows into the slot of the victim
-- claim: the rows are merged into the org of the victim
-- runs: everyone
-- expect: 55P03
-- naive: holds
-- @transaction as foreign keep slot
select callintel.open_slot();
-- @transaction on b
set local lock_timeout = '200ms';
insert into callintel.staging_{slot} (id, occurred_at, channel, direction, outcome)
    values (callintel.first_id('2026-01-06'), '2026-01-06', 1, 1, 1);
-- @next on a as foreign
select staged = 0 from callintel.merge_batch({slot}, gen_random_uuid(), true);
