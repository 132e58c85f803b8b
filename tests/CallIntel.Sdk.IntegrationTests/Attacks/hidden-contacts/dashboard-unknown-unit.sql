-- name: Ask for an unknown unit of time where only hidden events are, and where none are
-- claim: the error tells that an hour has a single event of a hidden contact
-- runs: everyone
-- expect: 22023
-- naive: holds
-- with none: call = count_events('2026-01-20 12:00Z', '2026-01-20 13:00Z', 'fortnight', 'UTC')
-- with hidden: call = count_events('2026-01-13 12:00Z', '2026-01-13 13:00Z', 'fortnight', 'UTC')
-- with volume-none: call = count_volume('2026-01-20 12:00Z', '2026-01-20 13:00Z', 'fortnight', 'UTC')
-- with volume-hidden: call = count_volume('2026-01-13 12:00Z', '2026-01-13 13:00Z', 'fortnight', 'UTC')
select * from callintel.{call};
