-- name: Delete an event of another org by its id
-- claim: a source deletes a record of another org
-- runs: admin, owner
-- expect: own rows
-- naive: holds
-- @transaction rollback keep slot
select callintel.open_slot();
-- @next
insert into callintel.staging_{slot} (id, occurred_at, channel, direction, outcome, change)
    values ('{foreign_event}', '2026-01-10 10:00:00Z', 1, 1, 1, 1);
select staged, cardinality(updated) as breach from callintel.merge_batch({slot}, '{foreign_source}', true);
