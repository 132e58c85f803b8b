-- name: Write to a partition directly
-- claim: a partition is not subject to the policies of its table
-- runs: everyone
-- expect: 42P01
-- naive: crosses
insert into callintel.events_2026_01 (org_id, id, occurred_at, source_id, channel, direction, outcome)
values ('{foreign}', callintel.first_id('2026-01-05'), '2026-01-05', '{foreign_source}', 1, 1, 1);
