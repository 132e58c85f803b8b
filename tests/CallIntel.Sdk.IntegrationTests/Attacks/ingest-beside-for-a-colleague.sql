-- name: Store events of another member in a concurrent batch
-- claim: a member can write as another member
-- runs: member
-- expect: own rows
-- naive: holds
-- @transaction keep slot
select callintel.open_slot();
-- @next
insert into callintel.staging_{slot} (id, occurred_at, channel, direction, outcome, member_id)
    values (callintel.first_id('2026-01-05'), '2026-01-05', 1, 1, 1, '{own_owner}');
select inserted as breach from callintel.merge_new({slot}, gen_random_uuid()) where inserted > 0;
