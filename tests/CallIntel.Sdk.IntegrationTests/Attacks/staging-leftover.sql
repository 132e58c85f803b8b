-- name: Leave rows in all staging slots
-- claim: the rows are merged into the next org that uses a slot
-- runs: everyone
-- expect: own rows
-- naive: holds
-- @transaction without context rollback
insert into callintel.staging_7 (id, occurred_at, channel, direction, outcome, external_id)
    values (callintel.first_id('2026-01-07'), '2026-01-07', 1, 1, 1, 'planted');
