-- name: Ask for an unknown time zone where only hidden events are, and where none are
-- claim: the error tells that an hour has a single event of a hidden contact
-- runs: everyone
-- expect: 22023
-- naive: holds
-- with hours-none: call = count_events_by_hour('2026-01-20 12:00Z', '2026-01-20 13:00Z', 'Nowhere/Land')
-- with hours-hidden: call = count_events_by_hour('2026-01-13 12:00Z', '2026-01-13 13:00Z', 'Nowhere/Land')
-- with unanswered-none: call = count_unanswered_calls('2026-01-20 12:00Z', '2026-01-20 13:00Z', 'Nowhere/Land')
-- with unanswered-hidden: call = count_unanswered_calls('2026-01-13 12:00Z', '2026-01-13 13:00Z', 'Nowhere/Land')
select * from callintel.{call};
