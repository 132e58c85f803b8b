-- name: Insert an event
-- claim: events can be written without merging
-- runs: everyone
-- expect: 55000
-- naive: holds
insert into callintel.events (org_id, id, occurred_at, source_id, channel, direction, outcome)
values ('{foreign}', callintel.first_id('2026-01-05'), '2026-01-05', '{foreign_source}', 1, 1, 1);
