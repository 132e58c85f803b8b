-- name: Ingest an event with the id of an event of another org
-- claim: a duplicate reveals that the id exists in another org
-- runs: admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback keep slot
select callintel.open_slot();
-- @next
insert into callintel.staging_{slot} (id, occurred_at, channel, direction, outcome)
    values ('{foreign_event}', '2026-01-10 10:00:00Z', 1, 1, 1);
select 1 - inserted as breach from callintel.merge_batch({slot}, gen_random_uuid(), true);
